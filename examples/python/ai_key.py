import json
import os
import re
import threading
import time

import boto3

PAUSE = 5  # seconds without another look after AWS had no newer key: else every refused request would read the secret


# How AI APIs refuse a key: most with 401 alone, xAI, Gemini, Anthropic and Groq also with 400 or 403 and one of these reasons
REFUSALS = re.compile(
    "incorrect api key|api_key_invalid|api key (?:not valid|not found|expired)|reported as leaked|consumer_suspended|has been suspended"
    "|organization has been disabled|organization_restricted",
    re.IGNORECASE,
)


class KeyRefused(Exception):
    """Raise it in a request when the AI API refuses the key."""


def refuses_key(status, body):
    """Whether an answer says that the AI API does not take the key."""
    return status == 401 or (status in (400, 403) and REFUSALS.search(body) is not None)


def secret_arn():
    """Finds the ARN in the environment, or in the SSM parameter that the environment names (the option `publishArnTo`)."""
    arn = os.environ.get("AI_API_KEY_SECRET_ARN")
    parameter = os.environ.get("AI_API_KEY_SECRET_ARN_PARAMETER")
    if not arn and parameter:
        arn = boto3.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"]
    if not arn:
        raise ValueError("Set AI_API_KEY_SECRET_ARN, or AI_API_KEY_SECRET_ARN_PARAMETER to the name of an SSM parameter that has the ARN")
    return arn


def key_in(text):
    """The key in a secret's text: all of it, or `apiKey` of a JSON object (the option `body`). Whatever else it is, an error of a client would quote it."""
    try:
        key = str(json.loads(text)["apiKey"])
    except (KeyError, TypeError, ValueError):
        key = text
    if not re.fullmatch("[!-~]+", key):
        raise ValueError("The secret holds no key: white space, or a character that no key has, is in its text. Store the key alone")
    return key


class AiKey:
    """An AI API's key in AWS Secrets Manager. After `max_age` seconds it is read again; a refused key is read again at once."""

    def __init__(self, arn, max_age=300):
        if not re.fullmatch(r"arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:.+", arn):
            raise ValueError("The secret's ARN is needed, which says the region, not its name: it is the output api_secret_arn")
        self._arn = arn
        self._max_age = max_age
        self._client = boto3.client("secretsmanager", region_name=arn.split(":")[3])
        self._lock = threading.Lock()
        self._key = None
        self._read_at = 0
        self._pause_until = 0

    def get(self, refused=None):
        """The key, and not the refused one if AWS has a newer one. Who waits for the lock finds what the one before has read."""
        with self._lock:
            now = time.monotonic()
            expired = self._key is None or now - self._read_at >= self._max_age
            if expired or (self._key == refused and now >= self._pause_until):
                self._key = key_in(self._client.get_secret_value(SecretId=self._arn)["SecretString"])
                self._read_at = now
                self._pause_until = now + PAUSE if self._key == refused else 0
            return self._key

    def use(self, request):
        """Runs a request with the key and, when that is refused, once more with the newer one that AWS has."""
        key = self.get()
        try:
            return request(key)
        except KeyRefused:
            newer = self.get(refused=key)
            if newer == key:
                raise
        return request(newer)

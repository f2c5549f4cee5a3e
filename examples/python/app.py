"""Answers questions by an AI API, through every rotation of its key: AI_API_KEY_SECRET_ARN=arn:... python3 app.py"""

import json
import os
import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ai_key import AiKey, KeyRefused, refuses_key, secret_arn

BASE_URL = os.environ.get("OPENAI_BASE_URL", "https://api.openai.com/v1")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """urllib sends the key along to whatever host an answer points to."""

    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(NoRedirect)


def ask(api_key, question):
    body = {"model": os.environ.get("AI_MODEL", "gpt-5.5"), "messages": [{"role": "user", "content": question}]}
    headers = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{BASE_URL}/chat/completions", json.dumps(body).encode(), headers)
    try:
        with opener.open(request, timeout=60) as response:
            return json.load(response)["choices"][0]["message"]["content"]
    except urllib.error.HTTPError as error:
        if refuses_key(error.code, error.read().decode(errors="replace")):  # without the AI API's own message: OpenAI's quotes a part of the key
            raise KeyRefused(f"The AI API refuses the key ({error.code}), also as AWS has it now") from None
        raise


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        question = self.rfile.read(int(self.headers["Content-Length"])).decode()
        try:
            status, answer = 200, self.server.key.use(lambda api_key: ask(api_key, question))
        except Exception as error:
            report(error)
            status, answer = 502, "No answer from the AI API\n"
        self.send_response(status)
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *_):
        pass


def report(error):
    """Prints the message alone: a traceback may show the request, with the key."""
    print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        key = AiKey(secret_arn())
        key.get()  # a role that may not read it should fail the deploy, not the first question
    except Exception as error:
        report(error)
        sys.exit(1)
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Handler)
    server.key = key
    print("Listening on", server.server_address, flush=True)
    server.serve_forever()

/**
 * Tests that build on each other, such as the steps of a key's life. Each one first has those before it run, where they have not yet: so
 * any of them can be run alone. Where one fails, those after it fail at once, by its error.
 */
export function inOrder(): (title: string, step: () => void | Promise<void>) => void {
  let last = async () => {};
  return (title, step) => {
    const before = last;
    let run: Promise<void> | undefined;
    last = () => {
      run ??= before().then(step);
      return run;
    };
    test(title, last);
  };
}

export type WithoutUndefined<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** The values that are set. One that is undefined must not replace a default, or another value. */
export function withoutUndefined<T extends object>(values: T): WithoutUndefined<T> {
  return Object.assign({}, ...Object.entries(values).map(([name, value]) => (value === undefined ? {} : { [name]: value })));
}

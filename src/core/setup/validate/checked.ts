/** What became of something typed: the value as it is kept, or one sentence saying what to type instead. */
export type Checked<T = string> =
  | { readonly ok: true; readonly value: T; readonly remarks: readonly string[] }
  | { readonly ok: false; readonly problem: string };

export const good = <T>(value: T, ...remarks: readonly string[]): Checked<T> => ({ ok: true, value, remarks });
export const bad = (problem: string): Checked<never> => ({ ok: false, problem });

/** Every item checked by `check`; the first problem wins, and names its item. Doubles are dropped, the order stays. */
export function checkedList(items: readonly string[], check: (item: string) => Checked): Checked<readonly string[]> {
  const values: string[] = [];
  const remarks: string[] = [];
  for (const item of items) {
    const checked = check(item);
    if (!checked.ok) return checked;
    if (values.includes(checked.value)) continue;
    values.push(checked.value);
    remarks.push(...checked.remarks);
  }
  return good(values, ...remarks);
}

/** A list as people type it: with commas or spaces between. */
export function splitTyped(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((item) => item !== '');
}

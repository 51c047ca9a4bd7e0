/**
 * Whether a pattern from a cluster may take this language longer than anybody waits: RE2, for which it was written, takes time linear to
 * the text and this one tries every way. It does where what is repeated can itself be read in several ways, and where many repetitions
 * stand one behind the other. What looks harmless is; some that are harmless are not told apart.
 */
export function runsAway(pattern: string): boolean {
  const groups: Group[] = [{ ways: false, repeats: 0, most: 0 }];
  let place = 0;
  while (place < pattern.length) {
    const group = groups.at(-1) as Group;
    const sign = pattern[place];
    if (sign === '\\') place += 1;
    else if (sign === '[') place = endOfClass(pattern, place);
    else if (sign === '(') {
      groups.push({ ways: false, repeats: 0, most: 0 });
      if (pattern[place + 1] === '?') place += 1;
    } else if (sign === '|') {
      group.ways = true;
      group.most = mostOf(group);
      group.repeats = 0;
    } else if (sign === ')' && groups.length > 1) {
      groups.pop();
      if (group.ways && /[*+{]/.test(pattern[place + 1] ?? '')) return true;
      const around = groups.at(-1) as Group;
      around.ways ||= group.ways;
      around.repeats += mostOf(group);
    } else if (sign !== undefined && '*+?{'.includes(sign)) {
      group.ways = true;
      if (sign !== '?') group.repeats += 1;
    }
    place += 1;
  }
  return groups.some((group) => mostOf(group) > mostRepeats);
}

type Group = { ways: boolean; repeats: number; most: number };

const mostRepeats = 3;
const mostOf = ({ repeats, most }: Group): number => Math.max(repeats, most);

/** The place of the bracket that ends the class; one that comes first is a member. */
function endOfClass(pattern: string, start: number): number {
  let place = start + (pattern[start + 1] === '^' ? 2 : 1);
  if (pattern[place] === ']') place += 1;
  while (place < pattern.length && pattern[place] !== ']') place += pattern[place] === '\\' ? 2 : 1;
  return place;
}

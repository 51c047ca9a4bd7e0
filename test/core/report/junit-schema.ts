/**
 * JUnit's XML as CI systems read it (the schema of the Jenkins xUnit plugin, junit-10.xsd), as far as documents of ours may use it: each
 * element with its attributes, `?` where one may be left out, and its children in their order.
 */
type Element = {
  readonly attributes: Readonly<Record<string, RegExp>>;
  readonly children: readonly string[];
  readonly text?: true;
};

const anything = /^[\s\S]*$/;
const something = /^[\s\S]+$/;
const count = /^\d+$/;
const seconds = /^\d+(\.\d+)?$/;

const elements: Readonly<Record<string, Element>> = {
  testsuites: {
    attributes: { name: anything, tests: count, failures: count, errors: count, 'time?': seconds },
    children: ['testsuite*'],
  },
  testsuite: {
    attributes: {
      name: anything,
      tests: count,
      failures: count,
      errors: count,
      skipped: count,
      'time?': seconds,
      'timestamp?': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?$/,
      'hostname?': anything,
    },
    children: ['properties?', 'testcase*'],
  },
  properties: { attributes: {}, children: ['property*'] },
  property: { attributes: { name: something, value: anything }, children: [] },
  testcase: {
    attributes: { classname: something, name: something, 'time?': seconds },
    children: ['error?', 'failure?', 'system-out?'],
  },
  failure: { attributes: { message: anything, type: something }, children: [], text: true },
  error: { attributes: { message: anything, type: something }, children: [], text: true },
  'system-out': { attributes: {}, children: [], text: true },
};

export type Node = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Node[];
  readonly text: string;
};

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(raw: string, where: string): string {
  if (/[<>]/.test(raw)) throw new Error(`bare < or > in ${where}`);
  if (
    /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(
      raw,
    )
  )
    throw new Error(`a character that XML cannot hold in ${where}`);
  return raw.replaceAll(/&([^;\s]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(';')) throw new Error(`bare & in ${where}`);
    const number = /^#(\d+)$/.exec(name)?.[1];
    const found = number === undefined ? entities[name] : String.fromCodePoint(Number(number));
    if (found === undefined) throw new Error(`unknown entity ${whole} in ${where}`);
    return found;
  });
}

/** Reads XML without doctype, comments and CDATA, strictly; throws where it is not well-formed. */
export function readXml(text: string): Node {
  const declared = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/.exec(text);
  if (!declared) throw new Error('no XML declaration');
  let at = declared[0].length;
  const element = (): Node => {
    const opening = /<([a-z-]+)((?: [a-z]+="[^"]*")*)(\/?)>/y;
    opening.lastIndex = at;
    const found = opening.exec(text);
    if (!found) throw new Error(`no element at: ${text.slice(at, at + 60)}`);
    const [whole, name = '', raw = '', empty] = found;
    at += whole.length;
    const attributes: Record<string, string> = {};
    for (const [, key = '', value = ''] of raw.matchAll(/ ([a-z]+)="([^"]*)"/g)) {
      if (key in attributes) throw new Error(`${name} has ${key} twice`);
      attributes[key] = unescaped(value, `${name} ${key}`);
    }
    const children: Node[] = [];
    let said = '';
    if (empty) return { name, attributes, children, text: said };
    for (;;) {
      const next = text.indexOf('<', at);
      if (next < 0) throw new Error(`${name} does not end`);
      said += unescaped(text.slice(at, next), name);
      at = next;
      if (!text.startsWith('</', at)) children.push(element());
      else if (text.startsWith(`</${name}>`, at)) {
        at += name.length + 3;
        return { name, attributes, children, text: said };
      } else throw new Error(`${name} is closed by ${text.slice(at, at + 20)}`);
    }
  };
  const root = element();
  if (text.slice(at).trim() !== '') throw new Error('something after the root');
  return root;
}

/** Throws where `node` is not as JUnit has it. */
export function insistOnJunit(node: Node): void {
  const known = elements[node.name];
  if (!known) throw new Error(`unknown element ${node.name}`);
  for (const [key, pattern] of Object.entries(known.attributes)) {
    const value = node.attributes[key.replace('?', '')];
    if (value === undefined && !key.endsWith('?')) throw new Error(`${node.name} has no ${key}`);
    if (value !== undefined && !pattern.test(value)) throw new Error(`${node.name} ${key} is "${value}"`);
  }
  for (const key of Object.keys(node.attributes))
    if (!(key in known.attributes) && !(`${key}?` in known.attributes))
      throw new Error(`${node.name} has an attribute ${key}`);
  const order = new RegExp(
    `^${known.children.map((child) => `(?:<${child.replace(/[?*]$/, '')}>)${/[?*]$/.exec(child)?.[0] ?? ''}`).join('')}$`,
  );
  const given = node.children.map(({ name }) => `<${name}>`).join('');
  if (!order.test(given)) throw new Error(`${node.name} holds ${given}`);
  if (!known.text && node.text.trim() !== '') throw new Error(`${node.name} holds text`);
  for (const child of node.children) insistOnJunit(child);
  if (node.name === 'testsuite') insistOnCounts(node);
}

function insistOnCounts({ attributes, children }: Node): void {
  const cases = children.filter(({ name }) => name === 'testcase');
  const holding = (kind: string): number =>
    cases.filter((one) => one.children.some(({ name }) => name === kind)).length;
  const counted = { tests: cases.length, failures: holding('failure'), errors: holding('error'), skipped: 0 };
  for (const [key, value] of Object.entries(counted))
    if (attributes[key] !== String(value))
      throw new Error(`testsuite says ${key} ${attributes[key]}, there are ${value}`);
}

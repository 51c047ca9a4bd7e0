/** The name of a look (core/look.ts) in words: `list acme.cert-manager.io/v1 Challenge in a` is `Challenges in a`. */
export function lookWords(name: string): string {
  const [at, ...rest] = name.split(' ');
  const words = rest.join(' ');
  switch (at) {
    case 'list':
      return withoutGroup(words).replace(/^(\S+?)(y|s|)( |$)/, (_, stem, end, after) => `${plural(stem, end)}${after}`);
    case 'get':
      return withoutGroup(words);
    case 'evict':
      return `eviction of ${words.replace(/^[^/]*\//, '')}, tried without doing it`;
    case 'dns':
      return `DNS: ${words}`;
    case 'tcp':
      return `port ${rest.at(-1)} of ${rest[0]}, from here`;
    case 'http':
      return `${words.replace(/ at (\S+)$/, ', at $1')}, from here`;
    case 'tls':
      return `certificate served for ${rest[0]} at ${rest[2] ?? ''}, from here`;
    default:
      return name;
  }
}

const withoutGroup = (words: string): string => words.replace(/^\S+ /, '').replace(/ in \*$/, '');

function plural(stem: string, end: string): string {
  if (end === 'y') return `${stem}ies`;
  return end === 's' ? `${stem}ses` : `${stem}s`;
}

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
    case 'scrape-pool':
      return `targets of ${rest[1]}, as Prometheus ${rest[0]} has them`;
    case 'scrape-pools':
      return `targets of ${rest[1]}…, as Prometheus ${rest[0]} has them`;
    case 'prometheus-runtime':
      return `state of Prometheus ${rest[0]}`;
    case 'prometheus-query':
      return `query of Prometheus ${rest[0]}: ${rest.slice(1).join(' ')}`;
    case 'scrape-jobs':
      return `jobs ${rest[1]} in the configuration of Prometheus ${rest[0]}`;
    case 'metrics-page':
      return `${rest[3]} of pod ${rest[0]}, port ${rest[2]}`;
    case 'log-lines':
      return `log of pod ${rest[0]}, for "${rest.slice(2).join(' ')}"`;
    case 'access':
      return `whether ${rest[0]} may ${rest.slice(1).join(' ')}`;
    default:
      return name;
  }
}

const withoutGroup = (words: string): string => words.replace(/^\S+ /, '').replace(/ in \*$/, '');

function plural(stem: string, end: string): string {
  if (end === 'y') return `${stem}ies`;
  return end === 's' ? `${stem}ses` : `${stem}s`;
}

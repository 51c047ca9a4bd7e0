import { securityHeaders } from '../../manifests/security-headers.ts';

/** What a production answer does not tell a browser, in words; undefined where the headers were not looked at. */
export function headersMissing(headers: Readonly<Record<string, string>> | undefined): readonly string[] | undefined {
  if (headers === undefined) return undefined;
  const { 'Strict-Transport-Security': hsts = '' } = securityHeaders('production');
  const wanted = maxAgeOf(hsts) ?? 0;
  const given = headers['strict-transport-security'];
  const age = given === undefined ? undefined : maxAgeOf(given);
  return [
    ...(given === undefined
      ? ['HSTS is not sent']
      : (age ?? 0) < wanted
        ? [`HSTS has max-age ${age ?? 'none'}, not ${wanted}`]
        : []),
    ...['X-Frame-Options', 'X-Content-Type-Options']
      .filter((name) => headers[name.toLowerCase()] === undefined)
      .map((name) => `${name} is not sent`),
  ];
}

export function maxAgeOf(value: string): number | undefined {
  const found = /(?:^|;)\s*max-age\s*=\s*"?(\d+)"?/i.exec(value)?.[1];
  return found === undefined ? undefined : Number(found);
}

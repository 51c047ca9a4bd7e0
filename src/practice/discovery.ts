import { type Kind, kinds } from '../core/kubernetes/kinds.ts';
import { mayDo } from './access.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';
import { noSuchPath } from './api-status.ts';
import { hasStatus } from './cluster.ts';
import { isMap, type JsonMap } from './json.ts';

/** The release that the practice cluster says it is: the one its texts and statuses were recorded from. */
const kubernetesVersion = 'v1.34.4';

/** What a server answers about itself, and access reviews; undefined where the path names a resource. */
export function generalAnswer(request: ApiRequest): ApiAnswer | undefined {
  const { path } = request;
  if (path === '/version') return { code: 200, body: version };
  if (path === '/healthz' || path === '/livez' || path === '/readyz') return { code: 200, body: 'ok' };
  if (path === '/api') return { code: 200, body: { kind: 'APIVersions', versions: ['v1'] } };
  if (path === '/apis') return { code: 200, body: groupList() };
  const listed = /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))$/.exec(path);
  if (listed) return resourceList(listed[1] ?? listed[2] ?? '');
  if (path.startsWith('/openapi')) throw noSuchPath();
  if (path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews' && request.method === 'POST')
    return { code: 201, body: review(request) };
  if (path === '/apis/authentication.k8s.io/v1/selfsubjectreviews' && request.method === 'POST')
    return { code: 201, body: whoIs(request) };
  return undefined;
}

const version = {
  major: '1',
  minor: '34',
  gitVersion: kubernetesVersion,
  gitCommit: 'practice',
  gitTreeState: 'clean',
  buildDate: '2026-02-10T12:00:00Z',
  goVersion: 'go1.24.13',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const all = Object.values<Kind>(kinds);

function groupList(): unknown {
  const versions = [...new Set(all.map(({ apiVersion }) => apiVersion))].filter((apiVersion) =>
    apiVersion.includes('/'),
  );
  const groups = versions.map((groupVersion) => {
    const [name = '', short = ''] = groupVersion.split('/');
    const entry = { groupVersion, version: short };
    return { name, versions: [entry], preferredVersion: entry };
  });
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

function resourceList(groupVersion: string): ApiAnswer {
  const here = all.filter(({ apiVersion }) => apiVersion === groupVersion);
  if (here.length === 0) return { code: 404, body: '404 page not found\n' };
  const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update'];
  const resources = here.flatMap(({ kind, plural, namespaced }) => [
    { name: plural, singularName: kind.toLowerCase(), namespaced, kind, verbs },
    ...(hasStatus(kind)
      ? [{ name: `${plural}/status`, singularName: '', namespaced, kind, verbs: ['get', 'patch', 'update'] }]
      : []),
  ]);
  return { code: 200, body: { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources } };
}

const whoIs = ({ user }: ApiRequest): unknown => ({
  kind: 'SelfSubjectReview',
  apiVersion: 'authentication.k8s.io/v1',
  metadata: { creationTimestamp: null },
  status: { userInfo: { username: user.name, groups: ['system:authenticated'] } },
});

function review({ body, user }: ApiRequest): unknown {
  const given: unknown = JSON.parse(body);
  const spec: JsonMap = isMap(given) && isMap(given['spec']) ? given['spec'] : {};
  const wanted: JsonMap = isMap(spec['resourceAttributes']) ? spec['resourceAttributes'] : {};
  const text = (field: string): string => (typeof wanted[field] === 'string' ? wanted[field] : '');
  const resource = [text('resource'), text('subresource')].filter(Boolean).join('/');
  const allowed = mayDo(user, {
    verb: text('verb'),
    group: text('group'),
    resource,
    namespace: text('namespace') || undefined,
    name: text('name'),
  });
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec,
    status: { allowed, ...(allowed ? { reason: 'RBAC: allowed by a rule of this practice user' } : {}) },
  };
}

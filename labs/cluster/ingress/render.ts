// nginx.conf for a set of Ingresses: pure, and what the real nginx in the controller's Pod runs. Names and log lines are those of ingress-nginx.
import { type Backend, endpointsOf } from './backends.ts'
import { type IngressInputs, keyOf } from './objects.ts'
import { catchAll, type Location, type Server, serversOf, withExactTwins } from './servers.ts'

export interface NginxConfig {
  text: string
  /** for the controller's log */
  warnings: string[]
}

export function renderNginx(inputs: IngressInputs): NginxConfig {
  const servers = serversOf(inputs)
  const warnings: string[] = []
  const addresses = new Map<string, string[]>()
  for (const { backend } of servers.flatMap(({ locations }) => locations)) {
    if (!backend || addresses.has(backend.name)) continue
    const found = endpointsOf(backend, inputs)
    addresses.set(backend.name, found.addresses)
    if (found.warning) warnings.push(found.warning)
  }
  const upstreams = [...addresses].filter(([, list]) => list.length > 0).sort(([a], [b]) => (a < b ? -1 : 1))
  const isUp = ({ name }: Backend) => upstreams.some(([upstream]) => upstream === name)
  const text = [
    head,
    ...upstreams.map(([name, list]) => upstream(name, list)),
    ...servers.map((server) => serverBlock(server, isUp)),
    healthServer,
    '}\n',
  ].join('\n')
  return { text, warnings }
}

const head = `# Configuration of ingress-nginx, written anew when Ingresses, Services or endpoints change.
daemon off;
worker_processes 1;
pid /tmp/nginx/nginx.pid;
worker_shutdown_timeout 240s;
error_log stderr notice;

events {
\tworker_connections 1024;
}

http {
\tclient_body_temp_path /tmp/nginx/client-body;
\tproxy_temp_path /tmp/nginx/proxy-temp;
\tfastcgi_temp_path /tmp/nginx/fastcgi-temp;
\tuwsgi_temp_path /tmp/nginx/uwsgi-temp;
\tscgi_temp_path /tmp/nginx/scgi-temp;

\tserver_tokens off;
\tserver_names_hash_bucket_size 512;
\tkeepalive_timeout 75s;
\tclient_max_body_size 1m;
\tdefault_type text/html;

\tlog_format upstreaminfo '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_length $request_time [$proxy_upstream_name] [] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $request_id';
\t# the lab's own probes come four times a second and are left out
\tmap $http_user_agent $is_logged {
\t\tdefault 1;
\t\tpodwire-probe 0;
\t}
\taccess_log /dev/stdout upstreaminfo if=$is_logged;

\tmap $http_upgrade $connection_upgrade {
\t\tdefault upgrade;
\t\t'' '';
\t}

\tproxy_http_version 1.1;
\tproxy_set_header Host $http_host;
\tproxy_set_header Upgrade $http_upgrade;
\tproxy_set_header Connection $connection_upgrade;
\tproxy_set_header X-Request-ID $request_id;
\tproxy_set_header X-Real-IP $remote_addr;
\tproxy_set_header X-Forwarded-For $remote_addr;
\tproxy_set_header X-Forwarded-Host $http_host;
\tproxy_set_header X-Forwarded-Port $server_port;
\tproxy_set_header X-Forwarded-Proto $scheme;
\tproxy_set_header X-Forwarded-Scheme $scheme;
\tproxy_set_header X-Scheme $scheme;
\tproxy_buffering off;
\tproxy_next_upstream error timeout;
\tproxy_next_upstream_tries 3;
`

// where the kubelet asks; not at the door
const healthServer = `\tserver {
\t\tlisten 10254;
\t\taccess_log off;
\t\tlocation = /healthz {
\t\t\tdefault_type text/plain;
\t\t\treturn 200 "ok";
\t\t}
\t\tlocation / {
\t\t\treturn 404;
\t\t}
\t}
`

/** One that failed is tried again with the next request: readiness decides who is asked, not nginx. */
const upstream = (name: string, addresses: readonly string[]) => `\tupstream ${name} {
${addresses.map((address) => `\t\tserver ${address} max_fails=0;`).join('\n')}
\t\tkeepalive 320;
\t\tkeepalive_timeout 60s;
\t}
`

function serverBlock({ host, locations }: Server, isUp: (backend: Backend) => boolean): string {
  const isRegex = locations.some(({ settings }) => settings.isRegex)
  const sorted = withExactTwins(locations).sort((a, b) => b.path.length - a.path.length)
  return `\t## ${host === catchAll ? 'what no host takes' : host}
\tserver {
\t\tlisten 80${host === catchAll ? ' default_server' : ''};
\t\tserver_name ${serverName(host)};

${sorted.map((location) => locationBlock(location, isRegex, isUp)).join('\n')}\t}
`
}

/** A wildcard stands for one label, nginx's own for any number. */
function serverName(host: string): string {
  return host.startsWith('*.') ? `"~^[\\w-]+${host.slice(1).replaceAll('.', '\\.')}$"` : host
}

const quoted = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`

function match({ path, pathType }: Location, isRegex: boolean): string {
  if (isRegex) return `~* ${quoted(`^${path}`)}`
  return pathType === 'Exact' ? `= ${quoted(path)}` : quoted(path)
}

function locationBlock(location: Location, isRegex: boolean, isUp: (backend: Backend) => boolean): string {
  const { backend, settings, ingress } = location
  const { rewriteTarget, connectTimeout, sendTimeout, readTimeout } = settings
  const lines = [
    ...(ingress ? [`# Ingress ${keyOf(ingress)}`] : []),
    `set $proxy_upstream_name ${quoted(backend?.name ?? 'upstream-default-backend')};`,
    ...(backend && isUp(backend)
      ? [
          `proxy_connect_timeout ${connectTimeout}s;`,
          `proxy_send_timeout ${sendTimeout}s;`,
          `proxy_read_timeout ${readTimeout}s;`,
          ...(rewriteTarget === undefined ? [] : [`rewrite ${quoted(`(?i)${location.path}`)} ${quoted(rewriteTarget)} break;`]),
          `proxy_pass http://${backend.name};`,
        ]
      : [`return ${backend ? 503 : 404};`]),
  ]
  return `\t\tlocation ${match(location, isRegex)} {\n${lines.map((line) => `\t\t\t${line}\n`).join('')}\t\t}\n`
}

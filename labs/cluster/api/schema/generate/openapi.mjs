// Writes ../openapi.generated.ts: the OpenAPI v3 schemas that our kinds reach, as kube-apiserver 1.37.1 publishes them. Run by hand when the pinned
// Kubernetes version changes, with the documents of a real cluster in a folder: kubectl get --raw /openapi/v3/api/v1 > folder/api_v1.json, and so on.
//   node openapi.mjs <folder>
// The schemas of Job, DaemonSet, StatefulSet, ControllerRevision, Ingress and IngressClass came from api/openapi-spec/v3 of kubernetes v1.37.1: the same without enums.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder] = process.argv.slice(2)
if (!folder) throw new Error('usage: node openapi.mjs <folder with OpenAPI v3 documents>')
const schemas = {}
for (const file of readdirSync(folder)) Object.assign(schemas, JSON.parse(readFileSync(join(folder, file), 'utf8')).components.schemas)

const core = ['ConfigMap', 'Endpoints', 'Event', 'Namespace', 'Node', 'Pod', 'Secret', 'ServiceAccount', 'Service'].map(
  (kind) => `core.v1.${kind}`,
)
const others = [
  'apps.v1.ControllerRevision',
  'apps.v1.DaemonSet',
  'apps.v1.Deployment',
  'apps.v1.ReplicaSet',
  'apps.v1.StatefulSet',
  'batch.v1.Job',
  'coordination.v1.Lease',
  'discovery.v1.EndpointSlice',
  'networking.v1.Ingress',
  'networking.v1.IngressClass',
  'networking.v1.NetworkPolicy',
]
const reached = new Map()

function reach(name) {
  if (reached.has(name)) return
  const schema = schemas[name]
  if (!schema) throw new Error(`no schema ${name}`)
  reached.set(name, schema)
  for (const [, next] of JSON.stringify(schema).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) reach(next)
}
for (const kind of [...core, ...others]) for (const suffix of ['', 'List']) reach(`io.k8s.api.${kind}${suffix}`)

const lines = [...reached.keys()].sort().map((name) => {
  const line = `${name} ${JSON.stringify(reached.get(name))}`
  return `  '${line.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}',`
})
writeFileSync(
  new URL('../openapi.generated.ts', import.meta.url),
  `// OpenAPI v3 schemas of our kinds, one a line, as kube-apiserver 1.37.1 publishes them (Copyright The Kubernetes Authors, Apache-2.0).\n// Made by schema/generate/openapi.mjs; do not edit.\n\nexport const schemaLines: readonly string[] = [\n${lines.join('\n')}\n]\n`,
)

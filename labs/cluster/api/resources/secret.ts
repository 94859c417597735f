// Secret: base64 data; stringData is folded in on write.

import { age } from '../durations.ts'
import { equalJson } from '../json-value.ts'
import { forbidden, immutable } from '../metadata.ts'
import { checkDataKeys } from './data-keys.ts'
import { ageColumn, field, nameColumn, type ResourceDefinition } from './resource.ts'

export const secrets: ResourceDefinition = {
  resource: 'secrets',
  singular: 'secret',
  kind: 'Secret',
  group: '',
  version: 'v1',
  namespaced: true,
  type: 'core.v1.Secret',
  fields: { type: field('type') },
  defaults(object) {
    object.type ||= 'Opaque'
    if (object.stringData) {
      object.data = {
        ...object.data,
        ...Object.fromEntries(Object.entries(object.stringData).map(([k, v]) => [k, Buffer.from(String(v)).toString('base64')])),
      }
      delete object.stringData
    }
  },
  validate: ({ data }) => checkDataKeys(data, 'data'),
  validateUpdate: (next, old) => {
    const causes = next.type === old.type ? [] : [immutable('type', next.type)]
    if (old.immutable) {
      if (!next.immutable) causes.push(forbidden('immutable', 'field is immutable when `immutable` is set'))
      if (!equalJson(next.data ?? {}, old.data ?? {})) causes.push(forbidden('data', 'field is immutable when `immutable` is set'))
    }
    return causes
  },
  columns: [
    nameColumn,
    { name: 'Type', description: 'Used to facilitate programmatic handling of secret data.' },
    { name: 'Data', description: 'Data contains the secret data.' },
    ageColumn,
  ],
  row: (o, now) => [o.metadata.name, o.type, Object.keys(o.data ?? {}).length, age(o.metadata.creationTimestamp, now)],
}

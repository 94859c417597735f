// ConfigMap: keys and values, optionally immutable.

import { age } from '../durations.ts'
import { equalJson } from '../json-value.ts'
import { forbidden, invalidValue } from '../metadata.ts'
import { checkDataKeys } from './data-keys.ts'
import { ageColumn, nameColumn, type ResourceDefinition } from './resource.ts'

export const configMaps: ResourceDefinition = {
  resource: 'configmaps',
  singular: 'configmap',
  kind: 'ConfigMap',
  group: '',
  version: 'v1',
  namespaced: true,
  shortNames: ['cm'],
  type: 'core.v1.ConfigMap',
  validate: ({ data, binaryData }) => [
    ...checkDataKeys(data, 'data'),
    ...checkDataKeys(binaryData, 'binaryData'),
    ...Object.keys(data ?? {}).flatMap((key) =>
      binaryData?.[key] === undefined ? [] : [invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData')],
    ),
  ],
  validateUpdate: (next, old) => {
    if (!old.immutable) return []
    const causes = next.immutable ? [] : [forbidden('immutable', 'field is immutable when `immutable` is set')]
    for (const field of ['data', 'binaryData']) {
      if (!equalJson(next[field] ?? {}, old[field] ?? {})) causes.push(forbidden(field, 'field is immutable when `immutable` is set'))
    }
    return causes
  },
  columns: [nameColumn, { name: 'Data', description: 'Data contains the configuration data.' }, ageColumn],
  row: (o, now) => [
    o.metadata.name,
    Object.keys(o.data ?? {}).length + Object.keys(o.binaryData ?? {}).length,
    age(o.metadata.creationTimestamp, now),
  ],
}

// What a pod's ConfigMap, Secret, downward API and empty volumes put into its filesystem. Pure; the pod worker writes it.
import type { KubeObject } from '../api/store.ts'

export interface VolumeFile {
  path: string
  data: Buffer
  mode: number
  /** mounted by subPath: stays as it was when the pod started */
  isPinned?: boolean
}
export interface PodVolumes {
  folders: string[]
  files: VolumeFile[]
  /** volumes whose source is missing, in the kubelet's words */
  missing: { message: string }[]
}

interface Item {
  key: string
  path: string
  mode?: number
}

type Find = (resource: 'configmaps' | 'secrets', name: string) => KubeObject | undefined
interface Content {
  path: string
  data: Buffer
  mode: number
}
/** Thrown inside; becomes an entry of `missing`. */
class MissingSource extends Error {}

/** The keys of a ConfigMap or Secret as files. */
function keys(
  source: { items?: Item[]; optional?: boolean },
  resource: 'configmaps' | 'secrets',
  name: string,
  mode: number,
  find: Find,
): Content[] {
  const object = find(resource, name)
  if (!object && !source.optional) throw new MissingSource(`${resource === 'configmaps' ? 'configmap' : 'secret'} "${name}" not found`)
  const entries: Record<string, string> = object?.data ?? {}
  const items: Item[] = source.items ?? Object.keys(entries).map((key) => ({ key, path: key }))
  return items.flatMap((item) => {
    const value = entries[item.key]
    const data = Buffer.from(value ?? '', resource === 'secrets' ? 'base64' : 'utf8')
    return value === undefined ? [] : [{ path: item.path, data, mode: item.mode ?? mode }]
  })
}

function fields(items: { path: string; fieldRef?: { fieldPath: string } }[], pod: KubeObject, mode: number): Content[] {
  const text = (record: Record<string, string> = {}) =>
    Object.entries(record)
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      .join('\n')
  const { metadata } = pod
  const values: Record<string, string | undefined> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
    'metadata.labels': text(metadata.labels),
    'metadata.annotations': text(metadata.annotations),
  }
  return items.map(({ path, fieldRef }) => ({ path, data: Buffer.from(values[fieldRef?.fieldPath ?? ''] ?? ''), mode }))
}

/** What one volume (or one source of a projected volume) contains; undefined for kinds that are only a folder. */
function contents(
  source: KubeObject['spec'],
  pod: KubeObject,
  options: { find: Find; token: string | undefined; mode: number },
): Content[] | undefined {
  const { find, token, mode } = options
  if (source.configMap) return keys(source.configMap, 'configmaps', source.configMap.name, source.configMap.defaultMode ?? mode, find)
  if (source.secret)
    return keys(source.secret, 'secrets', source.secret.secretName ?? source.secret.name, source.secret.defaultMode ?? mode, find)
  if (source.downwardAPI) return fields(source.downwardAPI.items ?? [], pod, source.downwardAPI.defaultMode ?? mode)
  if (source.serviceAccountToken) {
    if (token === undefined) throw new MissingSource('failed to fetch token: serviceaccount not found')
    return [{ path: source.serviceAccountToken.path, data: Buffer.from(token), mode }]
  }
  if (source.projected) {
    const inner = { ...options, mode: source.projected.defaultMode ?? mode }
    return (source.projected.sources ?? []).flatMap((each: KubeObject['spec']) => contents(each, pod, inner) ?? [])
  }
  return undefined
}

/** Whether a pod has a volume with its service account's token. */
export const needsToken = (pod: KubeObject): boolean =>
  (pod.spec.volumes ?? []).some((volume: KubeObject['spec']) =>
    volume.projected?.sources?.some((source: KubeObject['spec']) => source.serviceAccountToken),
  )

/** All files and folders of a pod's volumes, at the paths where its containers mount them (they share one root). */
export function podVolumes(pod: KubeObject, find: Find, token?: string): PodVolumes {
  const volumes: PodVolumes = { folders: [], files: [], missing: [] }
  const containers: { volumeMounts?: { name: string; mountPath: string; subPath?: string }[] }[] = [
    ...(pod.spec.initContainers ?? []),
    ...pod.spec.containers,
  ]
  for (const volume of pod.spec.volumes ?? []) {
    const mounts = containers.flatMap(({ volumeMounts }) => volumeMounts ?? []).filter(({ name }) => name === volume.name)
    try {
      const files = contents(volume, pod, { find, token, mode: 0o644 })
      // a file's folder comes with it
      if (!files?.length) volumes.folders.push(...mounts.map(({ mountPath }) => mountPath))
      for (const { mountPath, subPath } of mounts) {
        for (const file of files ?? []) {
          if (subPath !== undefined && file.path !== subPath) continue
          volumes.files.push(
            subPath === undefined
              ? { ...file, path: `${mountPath.replace(/\/$/, '')}/${file.path}` }
              : { ...file, path: mountPath, isPinned: true },
          )
        }
      }
    } catch (error) {
      if (!(error instanceof MissingSource)) throw error
      volumes.missing.push({ message: `MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}` })
    }
  }
  volumes.folders = [...new Set(volumes.folders)]
  return volumes
}

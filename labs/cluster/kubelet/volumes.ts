// What a pod's ConfigMap, Secret, downward API and empty volumes put into its filesystem. Pure; the pod worker writes it.
import type { KubeObject } from '../api/store.ts'

export interface VolumeFile {
  path: string
  data: Buffer
  mode: number
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

function contents(
  source: { items?: Item[]; defaultMode?: number },
  object: KubeObject,
  secret: boolean,
): { path: string; data: Buffer; mode: number }[] {
  const entries: Record<string, string> = object.data ?? {}
  const items: Item[] = source.items ?? Object.keys(entries).map((key) => ({ key, path: key }))
  return items.flatMap(({ key, path, mode }) => {
    const value = entries[key]
    return value === undefined
      ? []
      : [{ path, data: Buffer.from(value, secret ? 'base64' : 'utf8'), mode: mode ?? source.defaultMode ?? 0o644 }]
  })
}

/** All files and folders of a pod's volumes, at the paths where its containers mount them (they share one root). */
export function podVolumes(
  pod: KubeObject,
  find: (resource: 'configmaps' | 'secrets', name: string) => KubeObject | undefined,
): PodVolumes {
  const volumes: PodVolumes = { folders: [], files: [], missing: [] }
  const containers: { volumeMounts?: { name: string; mountPath: string; subPath?: string }[] }[] = [
    ...(pod.spec.initContainers ?? []),
    ...pod.spec.containers,
  ]
  for (const volume of pod.spec.volumes ?? []) {
    const mounts = containers.flatMap(({ volumeMounts }) => volumeMounts ?? []).filter(({ name }) => name === volume.name)
    const resource = volume.configMap ? 'configmaps' : volume.secret ? 'secrets' : undefined
    if (!resource) {
      if (volume.emptyDir) volumes.folders.push(...mounts.map(({ mountPath }) => mountPath))
      continue
    }
    const source = volume.configMap ?? volume.secret
    const name = source.name ?? source.secretName
    const object = find(resource, name)
    if (!object) {
      const kind = resource === 'configmaps' ? 'configmap' : 'secret'
      if (!source.optional)
        volumes.missing.push({ message: `MountVolume.SetUp failed for volume "${volume.name}" : ${kind} "${name}" not found` })
      continue
    }
    const files = contents(source, object, resource === 'secrets')
    for (const { mountPath, subPath } of mounts) {
      if (subPath === undefined) volumes.folders.push(mountPath)
      for (const file of files) {
        if (subPath !== undefined && file.path !== subPath) continue
        volumes.files.push({ ...file, path: subPath === undefined ? `${mountPath.replace(/\/$/, '')}/${file.path}` : mountPath })
      }
    }
  }
  volumes.folders = [...new Set(volumes.folders)]
  return volumes
}

// Applies manifests to a kind cluster as the platform does: straight to the API, server-side, so that no event or annotation of a learner's tool
// is made up. Used by cluster.ts.
import { LabError } from '../../spec/errors.ts'
import { readManifest } from '../manifest.ts'
import type { KindApi } from './api-client.ts'

interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string }
}
interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean }[]
}

const fieldManager = 'podwire'

export interface ManifestApplier {
  /** Creates or replaces every object, in order. Throws LabError bad-request with the API server's words. */
  apply(yaml: string, signal?: AbortSignal): Promise<void>
}

export function createManifestApplier(api: KindApi): ManifestApplier {
  const known = new Map<string, ResourceList['resources']>()

  async function resourcesOf(apiVersion: string, signal?: AbortSignal): Promise<NonNullable<ResourceList['resources']>> {
    const found = known.get(apiVersion)
    if (found) return found
    const prefix = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const { status, body } = await api.request({ method: 'GET', path: prefix }, signal)
    const resources = status === 200 ? ((body as ResourceList).resources ?? []).filter(({ name }) => !name.includes('/')) : []
    if (resources.length) known.set(apiVersion, resources)
    return resources
  }

  async function pathOf(object: Manifest, signal?: AbortSignal): Promise<string> {
    const { apiVersion, kind, metadata } = object
    const resource = (await resourcesOf(apiVersion, signal)).find((candidate) => candidate.kind === kind)
    if (!resource) {
      throw new LabError('bad-request', `no matches for kind "${kind}" in version "${apiVersion}"`, {
        hint: 'kubectl api-resources lists what there is.',
      })
    }
    const prefix = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const scope = resource.namespaced ? `/namespaces/${encodeURIComponent(metadata.namespace ?? 'default')}` : ''
    return `${prefix}${scope}/${resource.name}/${encodeURIComponent(metadata.name)}`
  }

  return {
    async apply(yaml, signal) {
      for (const given of readManifest(yaml)) {
        const object = given as Manifest
        if (!object.apiVersion || !object.kind || !object.metadata?.name)
          throw new LabError('bad-request', 'An object of the manifest has no apiVersion, kind or metadata.name.')
        const path = `${await pathOf(object, signal)}?fieldManager=${fieldManager}&force=true`
        const { status, body } = await api.request(
          { method: 'PATCH', path, contentType: 'application/apply-patch+yaml', body: object },
          signal,
        )
        if (status >= 300) {
          const message = (body as { message?: string }).message ?? JSON.stringify(body)
          throw new LabError('bad-request', `${object.kind} ${object.metadata.name}: ${message}`)
        }
      }
    },
  }
}

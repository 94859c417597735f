// On which node each pod is, as the API says: the runtime's list of places does not. Used by map-watch.ts.
import { z } from 'zod'
import type { Cluster } from '../runtimes/runtime.ts'
import { LabError } from '../spec/errors.ts'
import { formatTarget } from '../spec/target.ts'
import type { PlaceFacts } from './compose-map.ts'

const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ namespace: z.string(), name: z.string() }),
      spec: z.object({ nodeName: z.string().optional(), hostNetwork: z.boolean().optional() }),
    }),
  ),
})

/** By target text. Throws cluster-failed when the API does not answer. */
export async function readPodNodes(cluster: Pick<Cluster, 'api'>): Promise<Map<string, Pick<PlaceFacts, 'node' | 'hostNetwork'>>> {
  const { status, body } = await cluster.api({ method: 'GET', path: '/api/v1/pods' })
  const pods = podList.safeParse(body)
  if (status !== 200 || !pods.success) throw new LabError('cluster-failed', `The Kubernetes API answered ${status} to a list of Pods.`)
  return new Map(
    pods.data.items.map(({ metadata, spec }) => [
      formatTarget({ kind: 'pod', namespace: metadata.namespace, name: metadata.name }),
      {
        ...(spec.nodeName ? { node: formatTarget({ kind: 'node', name: spec.nodeName }) } : {}),
        ...(spec.hostNetwork ? { hostNetwork: true } : {}),
      },
    ]),
  )
}

// What the EndpointSlice and the Endpoints controller share: a Service is looked at when it changes or when a pod it selects does.
import type { KubeObject } from '../api/store.ts'
import { type ControllerContext, keyOf } from './controller.ts'
import { selects } from './service-endpoints.ts'
import { createWorkQueue } from './work-queue.ts'

export interface ServiceControllerOptions {
  name: string
  /** the resource it writes; foreign changes to it are corrected */
  output: 'endpointslices' | 'endpoints'
  /** the Service an object of that resource belongs to */
  serviceOf(output: KubeObject): string | undefined
  /** service undefined: it has just been deleted */
  reconcile(namespace: string, name: string, service: KubeObject | undefined): void
}

export function watchServices(context: ControllerContext, options: ServiceControllerOptions): () => void {
  const { store } = context
  const queue = createWorkQueue({
    ...context,
    name: options.name,
    reconcile(key) {
      const [namespace, name] = key.split('/') as [string, string]
      options.reconcile(namespace, name, store.get('services', namespace, name))
    },
  })
  const wake = (pod: KubeObject): void => {
    for (const service of store.list('services', { namespace: pod.metadata.namespace })) {
      if (selects(service, pod.metadata.labels)) queue.add(keyOf(service))
    }
  }
  const unwatch = [
    store.watch('services', ({ object }) => queue.add(keyOf(object))),
    store.watch('pods', ({ object, old }) => {
      wake(object)
      if (old && old.metadata.labels !== object.metadata.labels) wake(old)
    }),
    store.watch(options.output, ({ object, old }) => {
      for (const state of [object, old]) {
        const service = state && options.serviceOf(state)
        // Objects that name no existing Service are somebody's own business.
        if (service && store.get('services', state.metadata.namespace, service)) queue.add(`${state.metadata.namespace}/${service}`)
      }
    }),
  ]
  return () => {
    for (const off of unwatch) off()
    queue.stop()
  }
}

// What pod workers write, held back while their node is cut off from the API server. Made by kubelet.ts.
import type { ApiStore } from '../api/store.ts'
import type { KubeletOptions } from './kubelet.ts'
import type { NodeMonitor } from './node-monitor.ts'

/** The same options with a store that takes a status or a deletion when the way is there, the latest of each object; so with events. */
export function tether(options: KubeletOptions, { whenConnected }: Pick<NodeMonitor, 'whenConnected'>): KubeletOptions {
  const { store, recorder } = options
  const tethered: ApiStore = {
    get resourceVersion() {
      return store.resourceVersion
    },
    get: store.get,
    list: store.list,
    create: store.create,
    update: store.update,
    watch: store.watch,
    since: store.since,
    mutate(resource, namespace, name, change, more) {
      let written: ReturnType<ApiStore['mutate']>
      whenConnected(`write ${resource}/${namespace}/${name}`, () => {
        written = store.mutate(resource, namespace, name, change, more)
      })
      return written
    },
    delete(resource, namespace, name, more) {
      const uid = store.get(resource, namespace, name)?.metadata.uid
      // meanwhile somebody may have forced it, and made another of the same name
      whenConnected(`delete ${resource}/${namespace}/${name}`, () => {
        if (uid && store.get(resource, namespace, name)?.metadata.uid === uid) store.delete(resource, namespace, name, more)
      })
    },
  }
  return {
    ...options,
    store: tethered,
    recorder: {
      record: (object, ...words) => whenConnected(`event ${object.metadata.uid} ${words.join()}`, () => recorder.record(object, ...words)),
    },
  }
}

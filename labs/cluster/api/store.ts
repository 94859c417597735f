// The API store's types: the only thing controllers, kubelet, proxy, DNS and policy share. createStore is in memory-store.ts.

export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}
export interface ObjectMeta {
  name: string
  generateName?: string
  namespace?: string
  uid: string
  resourceVersion: string
  generation?: number
  creationTimestamp: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
}
/** Any Kubernetes object as JSON. Objects that come out of the store are deeply frozen. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  // biome-ignore lint/suspicious/noExplicitAny: the API carries arbitrary JSON; resources/<kind>.ts narrow it
  [field: string]: any
}
export type NewObject = Omit<KubeObject, 'metadata'> & { metadata: Partial<ObjectMeta> }

export type WatchEvent = { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject; old?: KubeObject }
export interface ListOptions {
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
}

/** Thrown by the store and the API; becomes a `Status` object on the wire. `reason` is Kubernetes' own word. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly reason:
      | 'Unauthorized'
      | 'NotFound'
      | 'AlreadyExists'
      | 'Conflict'
      | 'Invalid'
      | 'BadRequest'
      | 'Forbidden'
      | 'MethodNotAllowed'
      | 'NotAcceptable'
      | 'UnsupportedMediaType'
      | 'Expired'
      | 'InternalError'
      | 'Timeout',
    message: string,
    readonly details?: { name?: string; group?: string; kind?: string; causes?: { reason: string; message: string; field: string }[] },
  ) {
    super(message)
  }
}

/**
 * `resource` is the plural name: pods, services, endpointslices, deployments, … (unique across the groups we serve).
 * create/update run the resource's defaulting and validation (resources/<kind>.ts): generateName, uid, creationTimestamp, clusterIP and
 * nodePort allocation, generation. Every write bumps one store-wide resourceVersion.
 */
export interface ApiStore {
  readonly resourceVersion: string
  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined
  list(resource: string, options?: ListOptions): KubeObject[]
  create(resource: string, object: NewObject): KubeObject
  /** Replaces. When metadata.resourceVersion is given and stale: Conflict. subresource status keeps spec, and the reverse. */
  update(resource: string, object: KubeObject, options?: { subresource?: 'status' }): KubeObject
  /** Read, copy, change, write; returns undefined when the object is gone. Writes nothing when nothing changed. The way for controllers. */
  mutate(
    resource: string,
    namespace: string | undefined,
    name: string,
    change: (draft: KubeObject) => void,
    options?: { subresource?: 'status' },
  ): KubeObject | undefined
  /**
   * Pods get deletionTimestamp and stay until the kubelet removes them (gracePeriodSeconds 0 removes at once); others go when no finalizer is left.
   */
  delete(
    resource: string,
    namespace: string | undefined,
    name: string,
    options?: { gracePeriodSeconds?: number; propagationPolicy?: 'Background' | 'Foreground' | 'Orphan' },
  ): void
  /** Replays existing objects as ADDED, then live events, synchronously after each write, in order. Returns unsubscribe. */
  watch(resource: string, listener: (event: WatchEvent) => void): () => void
  /** Events after `sinceVersion` for HTTP watches; throws Expired when too old. */
  since(resource: string, sinceVersion: string): WatchEvent[]
}

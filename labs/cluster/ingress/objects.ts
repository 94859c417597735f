// The parts of Ingresses, IngressClasses, Services and EndpointSlices that the configuration depends on. Objects from the API store fit as they are.

export interface IngressBackend {
  service?: { name: string; port?: { name?: string; number?: number } }
}
export type PathType = 'Exact' | 'Prefix' | 'ImplementationSpecific'

export interface IngressObject {
  metadata: { name: string; namespace?: string; creationTimestamp?: string; annotations?: Record<string, string> }
  spec?: {
    ingressClassName?: string
    defaultBackend?: IngressBackend
    rules?: { host?: string; http?: { paths?: { path?: string; pathType?: string; backend: IngressBackend }[] } }[]
  }
}

export interface IngressClassObject {
  metadata: { name: string }
  spec?: { controller?: string }
}

export interface ServiceObject {
  metadata: { name: string; namespace?: string }
  spec?: { type?: string; ports?: { name?: string; protocol?: string; port: number; targetPort?: number | string }[] }
}

export interface EndpointSliceObject {
  metadata: { namespace?: string; labels?: Record<string, string> }
  addressType?: string
  endpoints?: { addresses: string[]; conditions?: { ready?: boolean | null } }[] | null
  /** null where there are no endpoints */
  ports?: { name?: string | null; protocol?: string; port?: number | null }[] | null
}

/** Everything that nginx's configuration depends on. */
export interface IngressInputs {
  /** of this controller's classes only */
  ingresses: readonly IngressObject[]
  services: readonly ServiceObject[]
  endpointSlices: readonly EndpointSliceObject[]
}

export const keyOf = ({ metadata }: { metadata: { name: string; namespace?: string } }): string =>
  `${metadata.namespace ?? 'default'}/${metadata.name}`

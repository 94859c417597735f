// The parts of NetworkPolicies, Pods and Namespaces that decide who may talk to whom. Objects from the API store fit as they are.

export interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}

export interface PolicyPeer {
  podSelector?: LabelSelector
  namespaceSelector?: LabelSelector
  ipBlock?: { cidr: string; except?: string[] }
}

export interface PolicyPort {
  /** TCP when absent */
  protocol?: string
  /** number, name of a container port, or absent for all */
  port?: number | string
  /** last port of a range that begins at `port` */
  endPort?: number
}

export interface PolicyObject {
  metadata: { name: string; namespace?: string }
  spec?: {
    podSelector?: LabelSelector
    policyTypes?: string[]
    ingress?: { from?: PolicyPeer[]; ports?: PolicyPort[] }[]
    egress?: { to?: PolicyPeer[]; ports?: PolicyPort[] }[]
  }
}

export interface PodObject {
  metadata: { name: string; namespace?: string; uid: string; labels?: Record<string, string> }
  spec?: {
    nodeName?: string
    hostNetwork?: boolean
    containers?: { ports?: { name?: string; containerPort: number; protocol?: string }[] }[]
  }
  status?: { podIP?: string; podIPs?: { ip: string }[]; phase?: string }
}

export interface NamespaceObject {
  metadata: { name: string; labels?: Record<string, string> }
}

/** Everything the policies of a cluster depend on. */
export interface PolicyInputs {
  policies: readonly PolicyObject[]
  pods: readonly PodObject[]
  namespaces: readonly NamespaceObject[]
}

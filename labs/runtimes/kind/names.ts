// What everything outside the cluster is called, so that any process can find what a lab has left. Used by all of this folder.

/** Label on every container and network we make; its value is the lab's id. kind puts its own label on the nodes. */
export const labLabel = 'podwire.lab'
/** kind's label on its containers; its value is the cluster's name. */
export const kindClusterLabel = 'io.x-k8s.kind.cluster'

export const clusterName = (labId: string): string => `podwire-${labId}`
/** The cluster has a network of its own: labs do not see each other, and addresses are the lab's. */
export const networkName = clusterName
export const toolboxName = (labId: string): string => `podwire-${labId}-toolbox`
export const hostName = (labId: string, host: string): string => `podwire-${labId}-${host}`

export const nodeNames = ['control-plane', 'worker', 'worker2'] as const
export type NodeName = (typeof nodeNames)[number]
export const isNodeName = (name: string): name is NodeName => (nodeNames as readonly string[]).includes(name)
export const nodeContainer = (labId: string, node: NodeName): string => `${clusterName(labId)}-${node}`

export const laptopName = 'laptop'
/** The laptop's place in the network, as on the embedded runtime (172.18.0.50). */
export const laptopAddress = '172.18.0.50'

/** Where the lab's tools lie on nodes and hosts. */
export const toolsFolder = '/opt/podwire'
/** Patches that kubeadm lays over what it makes (node-tools.ts writes them). */
export const kubeadmPatchesFolder = `${toolsFolder}/kubeadm`

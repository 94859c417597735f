// The configuration that `kind create cluster` gets: three nodes with the names that lessons use. Pure; create.ts writes it.
import { stringify } from 'yaml'
import { clusterName, kubeadmPatchesFolder, nodeNames, toolsFolder } from './names.ts'

export interface ClusterConfigOptions {
  labId: string
  /** undefined: kind's own default */
  image: string | undefined
  /** folder on this machine with the tools that node images lack */
  tools: string
}

/** YAML. kind's own node names carry the cluster's; kubeadm is told shorter ones. */
export function clusterConfig({ labId, image, tools }: ClusterConfigOptions): string {
  const nodes = nodeNames.map((name) => {
    const role = name === 'control-plane' ? 'control-plane' : 'worker'
    const own =
      role === 'control-plane' ? { kind: 'InitConfiguration', patches: { directory: kubeadmPatchesFolder } } : { kind: 'JoinConfiguration' }
    return {
      role,
      ...(image ? { image } : {}),
      kubeadmConfigPatches: [stringify({ ...own, nodeRegistration: { name } })],
      extraMounts: [{ hostPath: tools, containerPath: toolsFolder, readOnly: true }],
    }
  })
  return stringify({ kind: 'Cluster', apiVersion: 'kind.x-k8s.io/v1alpha4', name: clusterName(labId), nodes })
}

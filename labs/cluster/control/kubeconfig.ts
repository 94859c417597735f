// The kubeconfig of the cluster's admin, as kind writes it but with a token. Written to the laptop and to the control plane's node.
import { apiServerAddress, apiServerPort } from '../cni/topology.ts'

const server = `https://${apiServerAddress}:${apiServerPort}`

/** YAML; `caCertificate` is PEM. */
export const kubeconfig = (caCertificate: string, token: string): string => `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority-data: ${Buffer.from(caCertificate).toString('base64')}
    server: ${server}
  name: podwire
contexts:
- context:
    cluster: podwire
    user: kubernetes-admin
  name: kubernetes-admin@podwire
current-context: kubernetes-admin@podwire
preferences: {}
users:
- name: kubernetes-admin
  user:
    token: ${token}
`

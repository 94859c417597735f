// The workloads that contract.ts puts into a cluster: servers on both workers, a client, an outside host.
import type { ClusterSpec } from './runtime.ts'

const server = (name: string, node: string) => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}, role: server}}
spec:
  nodeName: ${node}
  terminationGracePeriodSeconds: 1
  containers:
  - name: server
    image: registry.k8s.io/e2e-test-images/agnhost:2.47
    args: [netexec, --http-port=8080, --udp-port=8081]
    ports: [{containerPort: 8080}]
    readinessProbe: {httpGet: {path: /hostname, port: 8080}, periodSeconds: 1}
---`

export const contractManifest = `${server('near', 'worker')}${server('far', 'worker2')}
apiVersion: v1
kind: Pod
metadata: {name: client, labels: {app: client}}
spec:
  nodeName: worker
  terminationGracePeriodSeconds: 1
  containers:
  - {name: shell, image: 'docker.io/nicolaka/netshoot:v0.13', command: [sleep, infinity]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: server
        image: registry.k8s.io/e2e-test-images/agnhost:2.47
        args: [netexec, --http-port=8080]
        ports: [{containerPort: 8080}]
        readinessProbe: {httpGet: {path: /hostname, port: 8080}, periodSeconds: 1}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: far}
spec: {type: NodePort, selector: {app: far}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: near}
spec: {selector: {app: near}, ports: [{port: 80, targetPort: 8080}]}
`

export const contractHosts: ClusterSpec['hosts'] = [
  {
    name: 'partner',
    address: '172.18.0.100',
    names: ['rates.partner.example'],
    routes: [],
    run: [{ image: 'registry.k8s.io/e2e-test-images/agnhost:2.47', args: ['netexec', '--http-port=8080'] }],
  },
]

const policy = (name: string, spec: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}}
spec: ${spec}
`
/** Nobody but `near` may reach `far`. */
export const ingressPolicy = policy(
  'far-from-near',
  '{podSelector: {matchLabels: {app: far}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {app: near}}}]}]}',
)
/** `client` may speak to `near` and to the DNS, to nobody else. */
export const egressPolicy = policy(
  'client-to-near',
  '{podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: near}}}]}, {ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]}]}',
)

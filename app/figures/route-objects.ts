// The shop's rule as the objects of three APIs, in YAML. Pure.
import type { ShopRule } from './http-route.ts'

export type RouteApi = 'Ingress' | 'Gateway API' | 'Mapping'

export function writeRoute(api: RouteApi, rule: ShopRule): string {
  if (api === 'Ingress') return ingress(rule)
  return api === 'Mapping' ? mapping(rule) : gateway(rule)
}

const ingress = ({ ingressClass, host, path, pathType, port }: ShopRule) => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
spec:
${ingressClass === 'none' ? '' : `  ingressClassName: ${ingressClass}\n`}  rules:
    - host: "${host}"
      http:
        paths:
          - path: ${path}
            pathType: ${pathType}
            backend: { service: { name: web, port: { number: ${port} } } }
`

/** The class is required here, and stands in the Gateway, which is the operator's. */
const gateway = ({ ingressClass, host, path, pathType, port }: ShopRule) => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: front }
spec:
  gatewayClassName: ${ingressClass === 'none' ? '""' : ingressClass}
  listeners: [{ name: http, protocol: HTTP, port: 80 }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: shop }
spec:
  parentRefs: [{ name: front }]
  hostnames: ["${host}"]
  rules:
    - matches: [{ path: { type: ${pathType === 'Exact' ? 'Exact' : 'PathPrefix'}, value: ${path} } }]
      backendRefs: [{ name: web, port: ${port} }]
`

/** Emissary's word for a class is the ID of an installation; an exact path is a prefix that must be the whole. Without `rewrite: ""` the prefix is cut off. */
const mapping = ({ ingressClass, host, path, pathType, port }: ShopRule) => `apiVersion: getambassador.io/v3alpha1
kind: Mapping
metadata: { name: shop }
spec:
${ingressClass === 'none' ? '' : `  ambassador_id: [${ingressClass}]\n`}  hostname: "${host}"
  prefix: ${path}
${pathType === 'Exact' ? '  prefix_exact: true\n' : ''}  rewrite: ""
  service: web:${port}
`

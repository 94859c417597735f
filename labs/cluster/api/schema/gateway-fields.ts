// Fields of the Gateway API's types (gateway.networking.k8s.io/v1), in the form of fields.generated.ts. They are custom resources: JSON only, so the
// protobuf numbers are 0. `raw` is what this lab's gateway refuses, and what its controller does not read.

export const gatewayFieldLines: readonly string[] = Object.entries({
  GatewayClass: 'apiVersion:string kind:string metadata:meta.v1.ObjectMeta spec:GatewayClassSpec status:GatewayClassStatus',
  GatewayClassSpec: 'controllerName:string parametersRef:raw description:string',
  GatewayClassStatus: 'conditions:[]meta.v1.Condition supportedFeatures:raw',
  Gateway: 'apiVersion:string kind:string metadata:meta.v1.ObjectMeta spec:GatewaySpec status:GatewayStatus',
  GatewaySpec: 'gatewayClassName:string listeners:[]Listener addresses:raw infrastructure:raw',
  Listener: 'name:string hostname:string port:int32 protocol:string tls:raw allowedRoutes:AllowedRoutes',
  AllowedRoutes: 'namespaces:RouteNamespaces kinds:[]RouteGroupKind',
  RouteNamespaces: 'from:string selector:meta.v1.LabelSelector',
  RouteGroupKind: 'group:string kind:string',
  GatewayStatus: 'addresses:[]GatewayStatusAddress conditions:[]meta.v1.Condition listeners:[]ListenerStatus',
  GatewayStatusAddress: 'type:string value:string',
  ListenerStatus: 'name:string supportedKinds:[]RouteGroupKind attachedRoutes:int32 conditions:[]meta.v1.Condition',
  HTTPRoute: 'apiVersion:string kind:string metadata:meta.v1.ObjectMeta spec:HTTPRouteSpec status:RouteStatus',
  HTTPRouteSpec: 'parentRefs:[]ParentReference hostnames:[]string rules:[]HTTPRouteRule useDefaultGateways:raw',
  ParentReference: 'group:string kind:string namespace:string name:string sectionName:string port:int32',
  HTTPRouteRule:
    'name:string matches:[]HTTPRouteMatch filters:raw backendRefs:[]HTTPBackendRef timeouts:HTTPRouteTimeouts retry:raw sessionPersistence:raw',
  HTTPRouteMatch: 'path:HTTPPathMatch headers:[]HTTPHeaderMatch queryParams:[]HTTPHeaderMatch method:string',
  HTTPPathMatch: 'type:string value:string',
  HTTPHeaderMatch: 'type:string name:string value:string',
  HTTPBackendRef: 'group:string kind:string name:string namespace:string port:int32 weight:int32 filters:raw',
  HTTPRouteTimeouts: 'request:string backendRequest:string',
  RouteStatus: 'parents:[]RouteParentStatus',
  RouteParentStatus: 'parentRef:ParentReference controllerName:string conditions:[]meta.v1.Condition',
}).map(([type, text]) => {
  const fields = text.split(' ').map((field) => field.split(':') as [string, string])
  return `gateway.v1.${type} ${JSON.stringify(Object.fromEntries(fields.map(([name, kind]) => [name, `0 ${qualified(kind)}`])))}`
})

/** A name with a capital is a type of this file. */
function qualified(kind: string): string {
  return kind.replace(/^(\[\])?(?=[A-Z])/, '$1gateway.v1.')
}

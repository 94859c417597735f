import { expect, test } from 'vitest'
import { oneCluster } from '../../runtimes/embedded/testing/one-cluster.ts'
const lab = oneCluster('gwtry')
const sh = async (t: string, s: string) => { const r = await lab.run(t, s); console.log(`### ${t}: ${s.slice(0, 90)}\n${r.output}`); return r }
test('try', async () => {
  await sh('laptop', `cat > /tmp/m.yaml <<'Y'
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: door }
spec:
  gatewayClassName: envoy
  listeners: [{ name: http, port: 80, protocol: HTTP }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: reports }
spec:
  parentRefs: [{ name: door }]
  hostnames: [reports.example]
  rules:
    - timeouts: { request: 1s }
      backendRefs: [{ name: reports, port: 80 }]
---
apiVersion: v1
kind: Service
metadata: { name: reports }
spec: { selector: { app: reports }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: reports }
spec:
  selector: { matchLabels: { app: reports } }
  template:
    metadata: { labels: { app: reports } }
    spec:
      containers: [{ name: a, image: registry.k8s.io/e2e-test-images/agnhost:2.47, args: [netexec, --http-port=8080] }]
Y
kubectl apply -f /tmp/m.yaml; time kubectl wait --for=condition=Programmed gateway/door --timeout=15s; kubectl get gatewayclass,gateway,httproute,deploy,svc,pods; kubectl describe httproute reports; kubectl logs deploy/envoy-door; kubectl get cm envoy-door -o json | head -c 1500`)
  await sh('laptop', `for i in 1 2 3; do curl -sS -m 3 -H 'Host: reports.example' http://172.18.0.3/hostname -w ' %{http_code} %{time_total}\n'; done; curl -sS -m 3 http://172.18.0.3/ -w ' %{http_code}\n';
   curl -sS -m 5 -G -H 'Host: reports.example' --data-urlencode 'cmd=sleep 2; echo ok' http://172.18.0.3/shell -w ' %{http_code} %{time_total}\n'
   kubectl patch httproute reports --type=json -p '[{"op":"replace","path":"/spec/rules/0/timeouts/request","value":"3s"}]'; for i in $(seq 20); do curl -sS -m 5 -G -H 'Host: reports.example' --data-urlencode 'cmd=sleep 1.2; echo ok' http://172.18.0.3/shell -w ' %{http_code} %{time_total}\n' | tee /tmp/o; grep -q 200 /tmp/o && break; sleep 0.1; done; kubectl logs deploy/envoy-door; kubectl explain httproute.spec.rules; kubectl explain gateway.spec.listeners.allowedRoutes; kubectl api-resources | grep gateway; kubectl get httproute -o wide; kubectl describe gateway door; kubectl get events | grep -i envoy`)
  const pods = await sh('laptop', `kubectl get pods -o name -l app.kubernetes.io/name=envoy`)
  await sh(`pod/${pods.output.trim().replace('pod/', '')}`, `ps aux | head; grep -E "VmRSS|RssAnon" /proc/$(pgrep envoy)/status; ls -la /etc/envoy; curl -s --unix-socket /tmp/envoy-admin.sock http://x/listeners`)
  console.log('memory', (await lab.cluster.memoryBytes()) / 1e6)
  expect(1).toBe(1)
}, 60000)

import { expect, it } from 'vitest'
import { onlyLooks } from './transcript-run.ts'

it.each([
  'curl -s -m 1 http://10.244.2.2:8080/hostname || echo no answer',
  'for node in 172.18.0.2 172.18.0.3; do curl -s -m 1 http://$node:30080/hostname; echo; done',
  'kubectl get pods -o wide',
  'kubectl exec deploy/client -- cat /etc/resolv.conf 2>/dev/null',
  'ip route show',
  'iptables -t nat -L KUBE-SERVICES -n | grep cart',
  'conntrack -L -p udp 2>&1 | head -3',
  'sysctl net.ipv4.ip_forward',
])('may be run again: %s', (command) => expect(onlyLooks(command)).toBe(true))

it.each([
  'kubectl -n shop scale deployment cart --replicas=3',
  "kubectl patch service stock --type=merge -p '{}'",
  'ip route add 10.96.0.0/16 via 172.18.0.3',
  'ip -4 route change 10.0.0.0/8 via 172.18.0.3',
  'iptables -t nat -F KUBE-SERVICES',
  'conntrack -D -p udp',
  'sysctl -w net.ipv4.ip_forward=0',
  'echo 0 > seen.txt',
  'kill 1',
])('is run once: %s', (command) => expect(onlyLooks(command)).toBe(false))

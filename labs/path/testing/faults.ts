// Faults to judge the judge by: what is broken, how, what is asked, and what must come out. Some the causes were written for, some they were not.
import type { PathVerdict } from '../../spec/path.ts'

export interface Fault {
  id: string
  /** not looked at while the causes were written: what counts is that no verdict is wrong */
  heldOut?: true
  /** `inside`: with the place's own eyes and tools, instead of the platform's in its network */
  break?: { on: string; run: string; mend: string; inside?: true }[]
  /** Kubernetes objects that are the fault; deleted afterwards */
  objects?: string
  from: string
  to: string
  /** why it cannot be made on kind */
  notOnKind?: string
  /** the right verdict; a held-out one may also be unknown */
  expect: { state: PathVerdict['state']; cause: string; place?: string }
}

const client = 'pod/client'
const far = '{ip:pod/far}'
const deny = (name: string, spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}}\nspec: ${spec}\n`
const rule = (on: string, text: string, table = 'filter') => ({
  on,
  run: `iptables -t ${table} -I ${text}`,
  mend: `iptables -t ${table} -D ${text.replace(/^(\S+) 1 /, '$1 ')}`,
})

export const faults: Fault[] = [
  { id: 'healthy', from: client, to: 'http://far/hostname', expect: { state: 'delivered', cause: 'answered', place: 'pod/far' } },
  { id: 'udp-silent', from: client, to: `udp://${far}:8081`, expect: { state: 'no-answer', cause: 'silent', place: 'pod/far' } },
  { id: 'healthy-ping', from: client, to: `ping://${far}`, expect: { state: 'delivered', cause: 'answered', place: 'pod/far' } },
  { id: 'healthy-dns', from: client, to: 'dns://far.default.svc.cluster.local', expect: { state: 'delivered', cause: 'answered' } },
  {
    id: 'healthy-node',
    from: 'node/worker',
    to: 'http://{svc:far}/hostname',
    expect: { state: 'delivered', cause: 'answered', place: 'pod/far' },
  },
  {
    id: 'healthy-nodeport',
    from: 'laptop',
    to: 'http://worker:30080/hostname',
    expect: { state: 'delivered', cause: 'answered', place: 'pod/far' },
  },
  {
    id: 'healthy-out',
    from: client,
    to: 'http://partner:8080/hostname',
    expect: { state: 'delivered', cause: 'answered', place: 'host/partner' },
  },
  {
    id: 'no-endpoints',
    objects: 'apiVersion: v1\nkind: Service\nmetadata: {name: lonely}\nspec: {selector: {app: nobody}, ports: [{port: 80}]}\n',
    from: client,
    to: 'http://lonely',
    expect: { state: 'rejected', cause: 'no-endpoints', place: 'node/worker' },
  },
  {
    id: 'wrong-target-port',
    objects:
      'apiVersion: v1\nkind: Service\nmetadata: {name: mistaken}\nspec: {selector: {app: far}, ports: [{port: 80, targetPort: 8888}]}\n',
    from: client,
    to: 'http://mistaken',
    expect: { state: 'refused', cause: 'no-listener', place: 'pod/far' },
  },
  {
    id: 'forward-drop',
    break: [rule('node/worker2', 'FORWARD 1 -p tcp --dport 8080 -m comment --comment hardening -j DROP')],
    from: client,
    to: 'http://far',
    expect: { state: 'dropped', cause: 'rule-drop', place: 'node/worker2' },
  },
  {
    id: 'forward-policy',
    break: [
      {
        on: 'node/worker2',
        run: 'iptables -P FORWARD DROP; iptables-save > /tmp/rules; iptables -F FORWARD',
        mend: 'iptables-restore < /tmp/rules; iptables -P FORWARD ACCEPT',
      },
    ],
    from: client,
    to: 'http://far',
    expect: { state: 'dropped', cause: 'policy-drop', place: 'node/worker2' },
  },
  {
    id: 'tcp-reset',
    break: [rule('node/worker2', 'FORWARD 1 -p tcp --dport 8080 -j REJECT --reject-with tcp-reset')],
    from: client,
    to: 'http://far',
    expect: { state: 'rejected', cause: 'rule-reject', place: 'node/worker2' },
  },
  {
    id: 'policy',
    objects: deny('nobody-to-far', '{podSelector: {matchLabels: {app: far}}, policyTypes: [Ingress]}'),
    from: client,
    to: 'http://far',
    expect: { state: 'dropped', cause: 'network-policy', place: 'node/worker2' },
  },
  {
    id: 'dns-policy',
    objects: deny('client-nowhere', '{podSelector: {matchLabels: {app: client}}, policyTypes: [Egress]}'),
    from: client,
    to: 'http://far',
    expect: { state: 'dropped', cause: 'network-policy', place: 'node/worker' },
  },
  {
    id: 'forwarding-off',
    break: [{ on: 'node/worker2', run: 'sysctl -qw net.ipv4.ip_forward=0', mend: 'sysctl -qw net.ipv4.ip_forward=1' }],
    from: client,
    to: 'http://far',
    expect: { state: 'dropped', cause: 'forwarding-off', place: 'node/worker2' },
  },
  {
    id: 'pod-route-lost',
    break: [
      {
        on: 'node/worker',
        run: `ip route show match ${far} | tail -n 1 > /tmp/route; ip route del $(cat /tmp/route)`,
        mend: 'ip route add $(cat /tmp/route)',
      },
    ],
    from: client,
    to: 'http://far',
    expect: { state: 'misrouted', cause: 'route-elsewhere', place: 'node/worker' },
  },
  {
    id: 'no-route-at-all',
    break: [
      {
        on: 'node/worker',
        run: `ip route show match ${far} > /tmp/routes; while read -r route; do ip route del $route; done < /tmp/routes`,
        mend: 'while read -r route; do ip route add $route; done < /tmp/routes',
      },
    ],
    from: client,
    to: `http://${far}:8080`,
    expect: { state: 'dropped', cause: 'no-route', place: 'node/worker' },
  },
  {
    id: 'egress-masquerade-missing',
    break: [
      {
        on: 'node/worker',
        run: 'iptables-save -t nat > /tmp/nat; iptables -t nat -F KIND-MASQ-AGENT',
        mend: 'iptables-restore < /tmp/nat',
      },
    ],
    from: client,
    to: 'http://{ip:host/partner}:8080',
    expect: { state: 'misrouted', cause: 'pod-address-outside', place: 'host/partner' },
  },
  {
    id: 'wrong-neighbour',
    break: [
      {
        on: 'node/worker',
        run: 'ip neigh replace {ip:node/worker2} lladdr 02:00:00:00:de:ad dev eth0 nud permanent',
        mend: 'ip neigh del {ip:node/worker2} dev eth0',
      },
    ],
    from: client,
    to: 'http://far',
    expect: { state: 'stuck', cause: 'wrong-neighbour', place: 'node/worker' },
  },
  {
    id: 'pod-interface-down',
    break: [
      {
        on: 'pod/far',
        run: 'ip route show > /tmp/routes; ip link set eth0 down',
        mend: 'ip link set eth0 up; for again in 1 2 3; do while read -r route; do ip route replace $route; done < /tmp/routes; done 2>/dev/null; sleep 1.5',
      },
    ],
    from: client,
    to: `http://${far}:8080`,
    expect: { state: 'stuck', cause: 'arp-unanswered', place: 'node/worker2' },
  },
  { id: 'no-such-name', from: client, to: 'http://nowhere', expect: { state: 'unresolved', cause: 'name-unknown', place: client } },
  {
    id: 'dns-server-gone',
    notOnKind: 'what is beyond the network of kind may answer DNS itself',
    break: [
      {
        on: client,
        run: 'cp /etc/resolv.conf /tmp/resolv; echo nameserver 10.96.0.99 > /etc/resolv.conf',
        mend: 'cat /tmp/resolv > /etc/resolv.conf',
        inside: true,
      },
    ],
    from: client,
    to: 'http://far',
    expect: { state: 'misrouted', cause: 'no-such-address', place: 'node/worker' },
  },
  {
    id: 'no-service-rules',
    notOnKind: 'what is beyond the network of kind may answer',
    break: [
      {
        on: 'node/worker',
        run: 'iptables-save -t nat > /tmp/nat; iptables -t nat -F KUBE-SERVICES',
        mend: 'iptables-restore < /tmp/nat',
      },
    ],
    from: client,
    to: 'http://{svc:far}/hostname',
    expect: { state: 'misrouted', cause: 'not-translated', place: 'node/worker' },
  },
  {
    id: 'no-such-service-port',
    from: client,
    to: 'http://far:81/hostname',
    notOnKind: 'what is beyond the network of kind may answer',
    expect: { state: 'misrouted', cause: 'not-translated', place: 'node/worker' },
  },
  {
    id: 'nodeport-unmasqueraded',
    break: [
      {
        on: 'node/worker',
        run: 'iptables-save -t nat > /tmp/nat; iptables -t nat -F KUBE-POSTROUTING',
        mend: 'iptables-restore < /tmp/nat',
      },
    ],
    from: 'laptop',
    to: 'http://{ip:node/worker}:30080',
    expect: { state: 'bad-reply', cause: 'not-translated-back', place: 'laptop' },
  },
  {
    id: 'raw-drop',
    heldOut: true,
    break: [rule('node/worker', 'PREROUTING 1 -p tcp --dport 80 -j DROP', 'raw')],
    from: client,
    to: 'http://far',
    expect: { state: 'dropped', cause: 'rule-drop', place: 'node/worker' },
  },
  {
    id: 'nft-drop',
    heldOut: true,
    break: [
      {
        on: 'node/worker2',
        run: "nft add table inet guard; nft 'add chain inet guard fw { type filter hook forward priority 10; }'; nft add rule inet guard fw tcp dport 8080 drop",
        mend: 'nft delete table inet guard',
      },
    ],
    from: client,
    to: 'http://far',
    expect: { state: 'dropped', cause: 'rule-drop', place: 'node/worker2' },
  },
  {
    id: 'sender-output-drop',
    heldOut: true,
    break: [rule(client, 'OUTPUT 1 -p tcp --dport 80 -j DROP')],
    from: client,
    to: 'http://far',
    expect: { state: 'dropped', cause: 'rule-drop', place: client },
  },
  {
    id: 'receiver-input-drop',
    heldOut: true,
    break: [rule('pod/far', 'INPUT 1 -p tcp --dport 8080 -j DROP')],
    from: client,
    to: 'http://far',
    expect: { state: 'dropped', cause: 'rule-drop', place: 'pod/far' },
  },
  {
    id: 'reply-dropped',
    heldOut: true,
    break: [rule('node/worker2', 'FORWARD 1 -p tcp --sport 8080 -j DROP')],
    from: client,
    to: 'http://far',
    expect: { state: 'dropped', cause: 'rule-drop', place: 'node/worker2' },
  },
  {
    id: 'blackhole',
    heldOut: true,
    break: [{ on: 'node/worker', run: `ip route add blackhole ${far}/32`, mend: `ip route del blackhole ${far}/32` }],
    from: client,
    to: 'http://far',
    expect: { state: 'dropped', cause: 'no-route', place: 'node/worker' },
  },
  {
    id: 'interface-forwarding',
    heldOut: true,
    break: [{ on: 'node/worker2', run: 'sysctl -qw net.ipv4.conf.eth0.forwarding=0', mend: 'sysctl -qw net.ipv4.conf.eth0.forwarding=1' }],
    from: client,
    to: 'http://far',
    expect: { state: 'dropped', cause: 'forwarding-off', place: 'node/worker2' },
  },
  {
    id: 'receiver-without-default-route',
    heldOut: true,
    break: [{ on: 'pod/far', run: 'ip route show default > /tmp/route; ip route del default', mend: 'ip route add $(cat /tmp/route)' }],
    from: client,
    to: 'http://far',
    expect: { state: 'no-answer', cause: 'no-route-back', place: 'pod/far' },
  },
  {
    id: 'reply-blackholed',
    heldOut: true,
    break: [{ on: 'node/worker2', run: 'ip route add blackhole {ip:pod/client}/32', mend: 'ip route del blackhole {ip:pod/client}/32' }],
    from: client,
    to: 'http://far',
    expect: { state: 'dropped', cause: 'source-unroutable', place: 'node/worker2' },
  },
  {
    id: 'udp-nobody',
    heldOut: true,
    from: client,
    to: `udp://${far}:9999`,
    expect: { state: 'refused', cause: 'no-listener', place: 'pod/far' },
  },
  {
    id: 'ping-ignored',
    heldOut: true,
    break: [{ on: 'pod/far', run: 'sysctl -qw net.ipv4.icmp_echo_ignore_all=1', mend: 'sysctl -qw net.ipv4.icmp_echo_ignore_all=0' }],
    from: client,
    to: `ping://${far}`,
    expect: { state: 'no-answer', cause: 'ignores-ping', place: 'pod/far' },
  },
  {
    id: 'server-stopped',
    heldOut: true,
    notOnKind: 'the server is the first process of its container, which cannot be stopped from inside',
    break: [
      {
        on: 'pod/far',
        run: 'kill -STOP 2',
        mend: 'kill -CONT 2',
        inside: true,
      },
    ],
    from: client,
    to: 'http://far',
    expect: { state: 'no-answer', cause: 'connected-silent', place: 'pod/far' },
  },
  {
    id: 'policy-routing',
    heldOut: true,
    break: [{ on: 'node/worker', run: 'ip rule add from {ip:pod/client} prohibit', mend: 'ip rule del from {ip:pod/client} prohibit' }],
    from: client,
    to: `http://${far}:8080`,
    expect: { state: 'dropped', cause: 'no-route', place: 'node/worker' },
  },
  {
    id: 'postrouting-drop',
    heldOut: true,
    break: [rule('node/worker', 'POSTROUTING 1 -p tcp --dport 8080 -j DROP', 'mangle')],
    from: client,
    to: 'http://far',
    expect: { state: 'dropped', cause: 'rule-drop', place: 'node/worker' },
  },
  {
    id: 'nodeport-blocked',
    heldOut: true,
    break: [rule('node/worker', 'PREROUTING 1 -p tcp --dport 30080 -j DROP', 'mangle')],
    from: 'laptop',
    to: 'tcp://{ip:node/worker}:30080',
    expect: { state: 'dropped', cause: 'rule-drop', place: 'node/worker' },
  },
  {
    id: 'endpoint-that-is-gone',
    heldOut: true,
    objects: `apiVersion: v1
kind: Service
metadata: {name: ghost}
spec: {ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ghost-1, labels: {kubernetes.io/service-name: ghost}}
addressType: IPv4
ports: [{port: 8080, protocol: TCP, name: ''}]
endpoints: [{addresses: [{net:pod/far}.77], conditions: {ready: true}}]
`,
    from: client,
    to: 'http://ghost',
    expect: { state: 'misrouted', cause: 'no-such-address', place: 'node/worker2' },
  },
  {
    id: 'outside-firewall',
    heldOut: true,
    break: [rule('host/partner', 'INPUT 1 -p tcp --dport 8080 -j REJECT')],
    from: client,
    to: 'http://partner:8080',
    expect: { state: 'rejected', cause: 'rule-reject', place: 'host/partner' },
  },
  {
    id: 'arp-off',
    heldOut: true,
    break: [{ on: 'pod/far', run: 'ip link set eth0 arp off', mend: 'ip link set eth0 arp on; sleep 1' }],
    from: client,
    to: `http://${far}:8080`,
    expect: { state: 'stuck', cause: 'arp-unanswered', place: 'node/worker2' },
  },
  {
    id: 'snat-to-nobody',
    heldOut: true,
    break: [rule('node/worker', 'POSTROUTING 1 -p tcp --dport 8080 -j SNAT --to-source {net:node/worker}.200', 'nat')],
    from: client,
    to: 'http://far',
    expect: { state: 'stuck', cause: 'arp-unanswered', place: 'node/worker2' },
  },
  {
    id: 'redirected',
    heldOut: true,
    break: [rule('node/worker', 'PREROUTING 1 -p tcp --dport 80 -j REDIRECT --to-ports 9', 'nat')],
    from: client,
    to: 'http://far',
    expect: { state: 'refused', cause: 'no-listener', place: 'node/worker' },
  },
  {
    id: 'gateway-neighbour-wrong',
    break: [
      {
        on: client,
        run: 'ip neigh replace {gateway:pod/client} lladdr 02:00:00:00:be:ef dev eth0 nud permanent',
        mend: 'ip neigh del {gateway:pod/client} dev eth0',
      },
    ],
    from: client,
    to: `http://${far}:8080`,
    expect: { state: 'stuck', cause: 'wrong-neighbour', place: client },
  },
  {
    id: 'sent-back',
    break: [
      {
        on: 'node/worker2',
        run: `ip route show ${far} > /tmp/route; ip route replace ${far}/32 via {ip:node/worker}`,
        mend: `ip route del ${far}/32; ip route add $(cat /tmp/route)`,
      },
    ],
    from: client,
    to: `http://${far}:8080`,
    expect: { state: 'dropped', cause: 'reverse-path', place: 'node/worker' },
  },
]

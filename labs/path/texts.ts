// The sentences of verdicts, in both languages. One function a cause: its words are what the evidence gave. Used by the causes and follow.ts.
import type { Locale } from '../spec/scenario.ts'

interface Rule {
  place: string
  chain: string
  table: string
  rule: string
  comment: string | undefined
}
interface Way {
  place: string
  interface: string
  source: string
  destination: string
}

export interface Sentences {
  answered(w: {
    place?: string | undefined
    address?: string | undefined
    ms: number
    status?: number | undefined
    rcode?: string | undefined
  }): string
  'rule-drop'(w: Rule): string
  'rule-reject'(w: Rule): string
  'no-endpoints'(w: Rule & { service: string | undefined }): string
  'policy-drop'(w: Rule): string
  queued(w: Rule): string
  'forwarding-off'(w: Way & { setting: string }): string
  'reverse-path'(w: Way & { back: string }): string
  'no-route'(w: Way & { route: string }): string
  'source-unroutable'(w: Way & { route: string }): string
  'no-such-address'(w: { place: string; destination: string; gateway: string }): string
  'not-translated'(w: { place: string; destination: string; port: number; service: string; hasPort: boolean; gateway: string }): string
  'network-policy'(w: Rule & { towards: 'in' | 'out'; pod: string | undefined }): string
  'no-route-from-here'(w: { place: string; destination: string; route: string }): string
  'arp-unanswered'(w: { place: string; interface: string; address: string }): string
  'wrong-neighbour'(w: { place: string; interface: string; address: string; owner: string; mac: string; entry: string }): string
  'route-elsewhere'(w: {
    place: string
    destination: string
    gateway: string
    owner: string | undefined
    node: string
    route: string
  }): string
  'pod-address-outside'(w: { place: string; destination: string; gateway: string; owner: string | undefined; route: string }): string
  'no-listener'(w: { place: string; port: number; protocol: string; others: number[] }): string
  'loopback-only'(w: { place: string; port: number; address: string | undefined }): string
  'no-route-back'(w: { place: string; source: string; pod: boolean }): string
  'ignores-ping'(w: { place: string; setting: string }): string
  'queue-full'(w: { place: string; port: number; waiting: number }): string
  silent(w: { place: string; port: number; protocol: string }): string
  'connected-silent'(w: { place: string; port: number }): string
  'not-translated-back'(w: { place: string; asked: string; came: string; rewrote: string | undefined }): string
  'ttl-exceeded'(w: { place: string; places: string[] }): string
  'name-unknown'(w: { name: string; server: string; rcode: string; asked: string[] }): string
  'no-nameserver'(w: { place: string; name: string }): string
  'hairpin-off'(w: { place: string; pod: string; interface: string; service: string | undefined }): string
  'legacy-policy'(w: { place: string; chain: string }): string
  /** before the sentence about the packet that carried it through a tunnel */
  carried(w: { from: string; to: string; sentence: string }): string
  'no-such-network'(w: { place: string; from: string; vni: number; tunnels: { interface: string; vni: number }[] }): string
  'tunnel-elsewhere'(w: {
    place: string
    destination: string
    node: string
    end: string | undefined
    address: string
    entry: string
  }): string
  'no-tunnel-end'(w: { place: string; interface: string; mac: string }): string
  /** before the sentence about a DNS query that died */
  'lookup-died'(w: { name: string; server: string; sentence: string }): string
  unknown(w: { place?: string | undefined; interface?: string | undefined; direction: 'in' | 'out'; reply: boolean; lost: boolean }): string
}

/** `pod/shop:web-0` → `web-0`; nodes and hosts by their bare name. */
const short = (place: string): string => place.replace(/^\w+\//, '').replace(/^[^:]+:/, '')
const c = (text: string | number): string => `\`${text}\``
const at = (place: string): string => c(short(place))
/** A rule without its table's frame: what it matches and does. */
const rule = (text: string): string =>
  c(
    text
      .replace(/ -m comment --comment (?:"[^"]*"|\S+)| ?comment "[^"]*"/, '')
      .replace(/counter packets \d+ bytes \d+ /, '')
      .replace(/^-A \S+ /, ''),
  )

const en: Sentences = {
  answered: ({ place, address, ms, status, rcode }) =>
    `${place ? `${at(place)} answered` : 'An answer came'}${address ? ` from ${c(address)}` : ''} in ${ms} ms${status ? ` with HTTP ${status}` : ''}${rcode ? ` with ${rcode}` : ''}.`,
  'rule-drop': ({ place, chain, table, rule: text, comment }) =>
    `On ${at(place)} a rule in ${c(chain)} (table ${c(table)}) drops it: ${rule(text)}.${comment ? ` Its comment says “${comment}”.` : ''} No reply is sent; the sender waits until it gives up.`,
  'rule-reject': ({ place, chain, table, rule: text, comment }) =>
    `On ${at(place)} a rule in ${c(chain)} (table ${c(table)}) refuses it: ${rule(text)}.${comment ? ` Its comment says “${comment}”.` : ''}`,
  'no-endpoints': ({ place, service }) =>
    `The Service ${service ? c(service) : ''} has no endpoints. kube-proxy on ${at(place)} therefore has a rule that refuses every packet for it.`,
  'policy-drop': ({ place, chain, table }) =>
    `On ${at(place)} no rule in ${c(chain)} (table ${c(table)}) lets it through, and the chain’s policy is to drop.`,
  queued: ({ place, chain }) =>
    `On ${at(place)} a rule in ${c(chain)} handed it to the network policy agent, and the agent did not give it back: a NetworkPolicy forbids it.`,
  'forwarding-off': ({ place, interface: iface, setting }) =>
    `It arrived on ${at(place)} ${c(iface)} for another machine, but ${at(place)} does not forward: ${c(`${setting} = 0`)}.`,
  'reverse-path': ({ place, interface: iface, source, back }) =>
    `It arrived on ${at(place)} ${c(iface)}, but ${at(place)} would reach its source ${c(source)} through ${c(back)}. The reverse-path filter (${c('rp_filter = 1')}) drops such packets.`,
  'no-route': ({ place, destination, route }) => `${at(place)} has no route to ${c(destination)}: ${c(route)}.`,
  'source-unroutable': ({ place, source, route }) =>
    `It arrived on ${at(place)}, which has no way back to its source ${c(source)} (${c(route)}). The kernel drops a packet that it could not answer.`,
  'no-such-address': ({ place, destination, gateway }) =>
    `Nobody has ${c(destination)}: no machine, no Pod and no Service. ${at(place)} sent it to its default gateway ${c(gateway)}, out of the lab.`,
  'not-translated': ({ place, destination, port, service, hasPort, gateway }) =>
    `${hasPort ? `${c(destination)} is the address of the Service ${c(service)}, which no machine has, and on ${at(place)} no rule leads it to a Pod` : `The Service ${c(service)} has no port ${c(port)}, so no rule on ${at(place)} leads the packet to a Pod`}. It was sent on as it was, to the default gateway ${c(gateway)}.`,
  'network-policy': ({ place, towards, pod }) =>
    `A NetworkPolicy forbids it: ${pod ? at(pod) : 'the Pod'} is isolated for ${towards === 'in' ? 'ingress' : 'egress'}, and no policy allows this packet. ${at(place)} drops it and sends no reply.`,
  'no-route-from-here': ({ place, destination, route }) =>
    `It never left ${at(place)}, which has no route to ${c(destination)}: ${c(route)}.`,
  'arp-unanswered': ({ place, interface: iface, address }) =>
    `${at(place)} asks on ${c(iface)} who has ${c(address)}, and nobody answers. The packet waits for the answer.`,
  'wrong-neighbour': ({ place, address, owner, mac, entry }) =>
    `${at(place)} sent it to the MAC ${c(mac)} for ${c(address)}, but ${at(owner)} has another one. The neighbour entry is wrong: ${c(entry)}.`,
  'route-elsewhere': ({ place, destination, gateway, node, route }) =>
    `${c(destination)} is a pod on ${at(node)}, but ${at(place)} sent the packet to ${c(gateway)}: ${c(route)}. The route to that node’s pods is missing or wrong.`,
  'pod-address-outside': ({ place, destination, gateway }) =>
    `${at(place)} answers to ${c(destination)}, a pod’s own address, and sends that to ${c(gateway)}: nobody outside the cluster knows the way to pods. The request left the cluster without masquerade.`,
  'no-listener': ({ place, port, protocol, others }) =>
    `It reached ${at(place)}, and nothing listens on ${protocol} port ${c(port)} there.${others.length ? ` Listening: ${others.map(c).join(', ')}.` : ''}`,
  'loopback-only': ({ place, port, address }) =>
    `It reached ${at(place)}, but the process there listens on ${c(`${address}:${port}`)} only, which no packet from outside can reach.`,
  'no-route-back': ({ place, source, pod }) =>
    `It reached ${at(place)}, which has no route back to ${c(source)}.${pod ? ' That is a pod’s own address: the request left the cluster without masquerade.' : ''}`,
  'ignores-ping': ({ place, setting }) => `It reached ${at(place)}, which ignores echo requests: ${c(`${setting} = 1`)}.`,
  'queue-full': ({ place, port, waiting }) =>
    `It reached ${at(place)}. A process listens on port ${c(port)} but accepts no connections: ${waiting} wait, and the queue is full.`,
  silent: ({ place, port, protocol }) => `It reached ${at(place)}. A process has ${protocol} port ${c(port)} open and sent no answer.`,
  'connected-silent': ({ place, port }) =>
    `The TCP connection to ${at(place)} port ${c(port)} was made, and then no answer to the request came.`,
  'not-translated-back': ({ place, asked, came, rewrote }) =>
    `The answer reached ${at(place)} from ${c(came)}, but it had asked ${c(asked)}. It knows no such connection.${rewrote ? ` ${at(rewrote)} changed the destination and never saw the answer, so nobody changed it back.` : ''}`,
  'ttl-exceeded': ({ place, places }) =>
    `It went round until its time to live was used up; ${at(place)} gave it up.${places.length > 1 ? ` It passed ${places.map(at).join(', ')} again and again.` : ''}`,
  'name-unknown': ({ name, server, rcode, asked }) =>
    `${c(server)} has no address for ${c(name)}: ${rcode}. Asked: ${asked.map(c).join(', ')}. No packet was sent.`,
  'no-nameserver': ({ place, name }) =>
    `${at(place)} has no nameserver in ${c('/etc/resolv.conf')} and cannot look ${c(name)} up. No packet was sent.`,
  'hairpin-off': ({ place, pod, interface: iface, service }) =>
    `${service ? `The Service ${c(service)}` : 'The Service'} chose ${at(pod)} itself, so ${at(place)} must send the frame back through the bridge port ${c(iface)} that it came in by. That port has hairpin off, and the bridge drops it.`,
  'legacy-policy': ({ place, chain }) =>
    `On ${at(place)} iptables’ older engine has rules too, and a packet must pass both. In its ${c(chain)} chain no rule lets anything through, and the policy is ${c('DROP')}. ${c('iptables -S')} does not show it; ${c('iptables-legacy -S')} does.`,
  carried: ({ from, to, sentence }) => `It travelled in a VXLAN packet from ${c(from)} to ${c(to)}, and that one was lost. ${sentence}`,
  'no-such-network': ({ place, from, vni, tunnels }) =>
    `${at(place)} got it in a VXLAN packet from ${c(from)} with the VNI ${c(vni)}, and has no VXLAN interface with that number.${tunnels.length ? ` ${tunnels.map((t) => `${c(t.interface)} has ${c(t.vni)}`).join(', ')}.` : ''} The kernel drops it.`,
  'tunnel-elsewhere': ({ place, destination, node, end, address, entry }) =>
    `${c(destination)} is on ${at(node)}, but the forwarding entry on ${at(place)} sends the VXLAN packet to ${end ? at(end) : c(address)}: ${c(entry)}.`,
  'no-tunnel-end': ({ place, interface: iface, mac }) =>
    `${at(place)} gave it to ${c(iface)} for the MAC ${c(mac)}, and no forwarding entry says which machine that is. No VXLAN packet was sent.`,
  'lookup-died': ({ name, server, sentence }) =>
    `The name ${c(name)} could not be looked up; this is the query to ${c(server)}. ${sentence}`,
  unknown: ({ place, interface: iface, direction, reply, lost }) =>
    lost
      ? 'The kernel had more packets than could be watched, so nothing can be said. Try again when there is less traffic.'
      : place && iface
        ? `The ${reply ? 'reply' : 'packet'} was last seen on ${at(place)} ${c(iface)} (${direction}). Nothing that was looked at there explains its end.`
        : 'No packet of this probe was seen, and nothing that was looked at explains why.',
}

const zh: Sentences = {
  answered: ({ place, address, ms, status, rcode }) =>
    `${place ? `${at(place)} ` : ''}在 ${ms} ms 内作出应答${address ? `（${c(address)}）` : ''}${status ? `，HTTP ${status}` : ''}${rcode ? `，${rcode}` : ''}。`,
  'rule-drop': ({ place, chain, table, rule: text, comment }) =>
    `${at(place)} 上 ${c(chain)} 链（${c(table)} 表）的一条规则丢弃了它：${rule(text)}。${comment ? `规则的注释是“${comment}”。` : ''}没有任何应答，发送方只能等到超时。`,
  'rule-reject': ({ place, chain, table, rule: text, comment }) =>
    `${at(place)} 上 ${c(chain)} 链（${c(table)} 表）的一条规则拒绝了它：${rule(text)}。${comment ? `规则的注释是“${comment}”。` : ''}`,
  'no-endpoints': ({ place, service }) =>
    `Service ${service ? c(service) : ''} 没有端点，因此 ${at(place)} 上的 kube-proxy 用一条规则拒绝所有发往它的包。`,
  'policy-drop': ({ place, chain, table }) => `${at(place)} 上 ${c(chain)} 链（${c(table)} 表）没有放行它的规则，而该链的默认策略是丢弃。`,
  queued: ({ place, chain }) => `${at(place)} 上 ${c(chain)} 链的规则把它交给了网络策略代理，代理没有放回：有 NetworkPolicy 禁止它。`,
  'forwarding-off': ({ place, interface: iface, setting }) =>
    `它从 ${c(iface)} 到达 ${at(place)}，目的地是别的机器，但 ${at(place)} 不转发：${c(`${setting} = 0`)}。`,
  'reverse-path': ({ place, interface: iface, source, back }) =>
    `它从 ${c(iface)} 到达 ${at(place)}，而 ${at(place)} 去往源地址 ${c(source)} 走的是 ${c(back)}。反向路径过滤（${c('rp_filter = 1')}）会丢弃这样的包。`,
  'no-route': ({ place, destination, route }) => `${at(place)} 没有去往 ${c(destination)} 的路由：${c(route)}。`,
  'source-unroutable': ({ place, source, route }) =>
    `它到达了 ${at(place)}，但那里没有回到源地址 ${c(source)} 的路（${c(route)}）。内核会丢弃自己无法应答的包。`,
  'no-such-address': ({ place, destination, gateway }) =>
    `没有人拥有 ${c(destination)}：没有机器，没有 Pod，也没有 Service。${at(place)} 把它送往默认网关 ${c(gateway)}，离开了实验环境。`,
  'not-translated': ({ place, destination, port, service, hasPort, gateway }) =>
    `${hasPort ? `${c(destination)} 是 Service ${c(service)} 的地址，没有机器拥有它，而 ${at(place)} 上没有规则把它引向 Pod` : `Service ${c(service)} 没有端口 ${c(port)}，所以 ${at(place)} 上没有规则把这个包引向 Pod`}。它原样被送往默认网关 ${c(gateway)}。`,
  'network-policy': ({ place, towards, pod }) =>
    `有 NetworkPolicy 禁止它：${pod ? at(pod) : 'Pod'} 的${towards === 'in' ? '入站' : '出站'}流量被隔离，没有策略放行这个包。${at(place)} 把它丢弃，不作应答。`,
  'no-route-from-here': ({ place, destination, route }) => `它没有离开 ${at(place)}：那里没有去往 ${c(destination)} 的路由：${c(route)}。`,
  'arp-unanswered': ({ place, interface: iface, address }) =>
    `${at(place)} 在 ${c(iface)} 上询问谁拥有 ${c(address)}，没有人回答，包就停在那里等待。`,
  'wrong-neighbour': ({ place, address, owner, mac, entry }) =>
    `${at(place)} 把发往 ${c(address)} 的帧送到了 MAC ${c(mac)}，但 ${at(owner)} 的 MAC 不是它。邻居表项是错的：${c(entry)}。`,
  'route-elsewhere': ({ place, destination, gateway, node, route }) =>
    `${c(destination)} 是 ${at(node)} 上的 Pod，但 ${at(place)} 把包送给了 ${c(gateway)}：${c(route)}。去往该节点 Pod 网段的路由缺失或有误。`,
  'pod-address-outside': ({ place, destination, gateway }) =>
    `${at(place)} 应答的对象 ${c(destination)} 是 Pod 自己的地址，应答被送往 ${c(gateway)}：集群外没有人知道去往 Pod 的路。请求离开集群时没有做地址伪装。`,
  'no-listener': ({ place, port, protocol, others }) =>
    `它到达了 ${at(place)}，但那里没有进程监听 ${protocol} 端口 ${c(port)}。${others.length ? `正在监听的有：${others.map(c).join('、')}。` : ''}`,
  'loopback-only': ({ place, port, address }) => `它到达了 ${at(place)}，但那里的进程只监听 ${c(`${address}:${port}`)}，外面来的包到不了。`,
  'no-route-back': ({ place, source, pod }) =>
    `它到达了 ${at(place)}，但那里没有回到 ${c(source)} 的路由。${pod ? '这是 Pod 自己的地址：请求离开集群时没有做地址伪装。' : ''}`,
  'ignores-ping': ({ place, setting }) => `它到达了 ${at(place)}，但那里忽略 echo 请求：${c(`${setting} = 1`)}。`,
  'queue-full': ({ place, port, waiting }) =>
    `它到达了 ${at(place)}。端口 ${c(port)} 有进程监听，但不再接受连接：有 ${waiting} 个在等待，队列已满。`,
  silent: ({ place, port, protocol }) => `它到达了 ${at(place)}。那里有进程打开了 ${protocol} 端口 ${c(port)}，但没有应答。`,
  'connected-silent': ({ place, port }) => `到 ${at(place)} 端口 ${c(port)} 的 TCP 连接已建立，但之后没有收到对请求的应答。`,
  'not-translated-back': ({ place, asked, came, rewrote }) =>
    `应答从 ${c(came)} 到达 ${at(place)}，但它询问的是 ${c(asked)}，它不认识这个连接。${rewrote ? `${at(rewrote)} 改写了目的地址，却没有见到应答，所以没有人改回来。` : ''}`,
  'ttl-exceeded': ({ place, places }) =>
    `它一直在绕圈，直到 TTL 用完，最后在 ${at(place)} 被放弃。${places.length > 1 ? `它反复经过 ${places.map(at).join('、')}。` : ''}`,
  'name-unknown': ({ name, server, rcode, asked }) =>
    `${c(server)} 没有 ${c(name)} 的地址：${rcode}。查询过：${asked.map(c).join('、')}。没有发出任何包。`,
  'no-nameserver': ({ place, name }) => `${at(place)} 的 ${c('/etc/resolv.conf')} 里没有域名服务器，无法查询 ${c(name)}。没有发出任何包。`,
  'hairpin-off': ({ place, pod, interface: iface, service }) =>
    `${service ? `Service ${c(service)} ` : '该 Service '}选中的后端正是 ${at(pod)} 自己，${at(place)} 必须让帧从进来的网桥端口 ${c(iface)} 原路返回。该端口的 hairpin 是关闭的，网桥把它丢弃了。`,
  'legacy-policy': ({ place, chain }) =>
    `${at(place)} 上旧的 iptables 引擎（legacy）也有规则，包必须两边都通过。它的 ${c(chain)} 链里没有放行的规则，默认策略是 ${c('DROP')}。${c('iptables -S')} 看不到它，${c('iptables-legacy -S')} 可以。`,
  carried: ({ from, to, sentence }) => `它装在一个从 ${c(from)} 到 ${c(to)} 的 VXLAN 包里，丢的是外层的包。${sentence}`,
  'no-such-network': ({ place, from, vni, tunnels }) =>
    `${at(place)} 收到了来自 ${c(from)} 的 VXLAN 包，其 VNI 是 ${c(vni)}，但那里没有这个编号的 VXLAN 接口。${tunnels.length ? `${tunnels.map((t) => `${c(t.interface)} 的是 ${c(t.vni)}`).join('，')}。` : ''}内核把它丢弃。`,
  'tunnel-elsewhere': ({ place, destination, node, end, address, entry }) =>
    `${c(destination)} 在 ${at(node)} 上，但 ${at(place)} 的转发表项把 VXLAN 包送到了 ${end ? at(end) : c(address)}：${c(entry)}。`,
  'no-tunnel-end': ({ place, interface: iface, mac }) =>
    `${at(place)} 把它交给 ${c(iface)}，目的 MAC 是 ${c(mac)}，但没有转发表项说明它在哪台机器上。没有发出 VXLAN 包。`,
  'lookup-died': ({ name, server, sentence }) => `名称 ${c(name)} 查询失败，下面是发往 ${c(server)} 的查询。${sentence}`,
  unknown: ({ place, interface: iface, direction, reply, lost }) =>
    lost
      ? '包太多，无法全部看到，因此无法下结论。请在流量较小时再试。'
      : place && iface
        ? `${reply ? '应答' : '包'}最后一次出现在 ${at(place)} 的 ${c(iface)}（${direction === 'in' ? '进' : '出'}）。已检查的内容都不能解释它为何消失。`
        : '没有看到这次探测的任何包，已检查的内容也不能解释原因。',
}

export const sentences: Record<Locale, Sentences> = { en, 'zh-CN': zh }

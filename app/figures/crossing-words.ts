// The words of the figure overlay-or-routes, in both languages.
import type { Locale } from '../../labs/spec/scenario.ts'
import { type Crossing, type CrossingSettings, type Header, type Mode, tunnelDevice, tunnelMtu } from './crossing.ts'

const en = {
  mode: 'Network',
  modes: { vxlan: 'Flannel, VXLAN', hostGw: 'Flannel, host-gw', bgp: 'Calico, BGP' } as Record<Mode, string>,
  payload: 'ping carries',
  podMtu: "MTU of the Pods' cards",
  vni: { worker: 'VNI on worker', worker2: 'VNI on worker2' },
  lookups: 'What decides, in order',
  headers: 'The frame between the nodes, outermost header first',
  columns: ['Header', 'Says', 'Bytes'],
  outer: 'envelope',
  number: (says: string) => `number ${says}`,
  whole: 'whole frame',
  end: ({ end }: Crossing, { payload, podMtu, vni }: CrossingSettings) => {
    const packet = payload + 28
    if (end === 'podRefuses') return `Does not leave the Pod: a packet of ${packet} bytes, and its own card takes ${podMtu}.`
    if (end === 'nodeRefuses') return `worker sends it back with an ICMP: the tunnel takes ${tunnelMtu()} bytes, and this has ${packet}.`
    if (end === 'notOpened')
      return `Arrives at worker2's eth0 and is not opened: no device there has the number ${vni.worker}, only ${tunnelDevice(vni.worker2)}.`
    return 'Arrives, and the Pod gets the packet as it was sent.'
  },
  caption: 'Routes and entries are written by the functions that write them in the lab. The ping forbids cutting it up, as TCP does.',
}
export type CrossingWords = typeof en
export const headerSays = ({ name, says }: Header, words: CrossingWords): string => (name === 'VXLAN' ? words.number(says) : says)

const zh: CrossingWords = {
  mode: '网络',
  modes: { vxlan: 'Flannel，VXLAN', hostGw: 'Flannel，host-gw', bgp: 'Calico，BGP' },
  payload: 'ping 携带的字节',
  podMtu: 'Pod 网卡的 MTU',
  vni: { worker: 'worker 的 VNI', worker2: 'worker2 的 VNI' },
  lookups: '起决定作用的，按顺序',
  headers: '节点之间的帧，最外层的头在前',
  columns: ['头', '写着', '字节'],
  outer: '信封',
  number: (says) => `编号 ${says}`,
  whole: '整个帧',
  end: ({ end }, { payload, podMtu, vni }) => {
    const packet = payload + 28
    if (end === 'podRefuses') return `出不了 Pod：包有 ${packet} 字节，它自己的网卡只收 ${podMtu}。`
    if (end === 'nodeRefuses') return `worker 用 ICMP 退回：隧道只收 ${tunnelMtu()} 字节，这个包有 ${packet}。`
    if (end === 'notOpened')
      return `到了 worker2 的 eth0，但没有拆开：那里没有编号 ${vni.worker} 的设备，只有 ${tunnelDevice(vni.worker2)}。`
    return '到达，Pod 收到的包和发出时一样。'
  },
  caption: '路由和表项由实验里写它们的同一批函数写出。这个 ping 不许分片，TCP 也是如此。',
}

export const crossingWords: Record<Locale, CrossingWords> = { en, 'zh-CN': zh }

// The words of the figure hooks, in both languages.
import type { Locale } from '../../labs/spec/names.ts'
import type { Dropper, PathStep, Place, Way } from './packet-path.ts'

interface PathWords {
  way: string
  ways: Record<Way, string>
  dropper: string
  droppers: Record<Dropper, string>
  places: Record<Place, string>
  did: Record<PathStep['did'], string>
  captures: (seen: { worker: boolean; peer: boolean }) => string
  arrives: string
  notAsked: string
  suspects: (names: string[]) => string
  caption: string
}

const en: PathWords = {
  way: 'One packet between globex and worker',
  ways: { in: 'coming in', out: 'going out' },
  dropper: 'On worker it is dropped by',
  droppers: { xdp: 'XDP', tc: 'tc', iptables: 'iptables', none: 'nobody' },
  places: { card: 'the card eth0', xdp: 'XDP', tcpdump: 'tcpdump', tc: 'tc', iptables: 'iptables', socket: 'the socket' },
  did: { passes: 'passes', copies: 'takes a copy', drops: 'dropped here', never: 'never asked' },
  captures: ({ worker, peer }) =>
    `tcpdump on globex: ${peer ? 'shows it' : 'nothing'}. tcpdump on worker: ${worker ? 'shows it' : 'nothing'}.`,
  arrives: 'The packet arrives.',
  notAsked: 'XDP is not asked about what goes out. The packet arrives.',
  suspects: (names) => `It is lost. The two captures leave as suspects: ${names.join(', ')}.`,
  caption:
    'The places in worker’s kernel, in the order in which a packet meets them. tcpdump keeps its place beside the card, so that it comes early on the way in and late on the way out.',
}

const zh: PathWords = {
  way: 'globex 和 worker 之间的一个包',
  ways: { in: '进来', out: '出去' },
  dropper: '在 worker 上丢掉它的是',
  droppers: { xdp: 'XDP', tc: 'tc', iptables: 'iptables', none: '没有谁' },
  places: { card: '网卡 eth0', xdp: 'XDP', tcpdump: 'tcpdump', tc: 'tc', iptables: 'iptables', socket: '套接字' },
  did: { passes: '通过', copies: '拿走一份副本', drops: '在这里被丢弃', never: '从未问到' },
  captures: ({ worker, peer }) =>
    `globex 上的 tcpdump：${peer ? '看得到' : '什么也没有'}。worker 上的 tcpdump：${worker ? '看得到' : '什么也没有'}。`,
  arrives: '包到了。',
  notAsked: '出去的包不问 XDP。包到了。',
  suspects: (names) => `包丢了。凭这两次抓包，仍有嫌疑的是：${names.join('、')}。`,
  caption: 'worker 内核里的各个位置，按包遇到它们的先后排列。tcpdump 的位置始终挨着网卡，所以进来时它排得早，出去时排得晚。',
}

export const pathWords: Record<Locale, PathWords> = { en, 'zh-CN': zh }

// The words of the figure cni, in both languages.
import type { Locale } from '../../labs/spec/scenario.ts'
import type { OwnFile, PlugIn, PlugInStep } from './plug-in.ts'

const en = {
  ownFile: '10-kindnet.conflist',
  ownFiles: { good: 'as written', badJson: 'a bracket lost', absent: 'deleted' } as Record<OwnFile, string>,
  testFile: 'Somebody left a file 05-test.conf: plugin bridge, addresses 10.99.0.0/24',
  noPtp: 'The program ptp is missing from /opt/cni/bin',
  full: 'Pods hold all addresses of worker2',
  steps: 'What happens on worker2 when a Pod is to start, until something stops it',
  columns: ['Who', 'Does'],
  who: { kubelet: 'kubelet', runtime: 'container runtime', plugin: 'plugin', ipam: 'host-local' } as Record<PlugInStep['who'], string>,
  does: {
    asks: (pod: string) => `asks for a sandbox for ${pod}: a network namespace, with nothing in it`,
    reads: (file: string) => (file ? `takes the first file of /etc/cni/net.d: ${file}` : 'finds no file in /etc/cni/net.d'),
    runs: (program: string) => `starts ${program}, ADD`,
    address: (range: string) => `looks for an address in ${range} that nobody holds`,
    wires: (ip: string) => `puts in a wire, ${ip} and routes, says so on its standard output, and ends`,
    reports: (ip: string) => `writes ${ip} into the Pod's status and starts its containers`,
  } as Record<PlugInStep['does'], (what: string) => string>,
  end: ({ status, podIP, reachable }: PlugIn) => {
    if (status === 'ContainerCreating') return 'ContainerCreating. The kubelet will try again, and so on.'
    return reachable ? `Running, with ${podIP}.` : `Running, with ${podIP}, which no other node has a route to. Nothing reports a fault.`
  },
  caption: 'Which file is taken, which address, and the words of the event come from the code that the lab’s nodes run.',
}
export type PlugInWords = typeof en

const zh: PlugInWords = {
  ownFile: '10-kindnet.conflist',
  ownFiles: { good: '原样', badJson: '少了一个括号', absent: '删掉了' },
  testFile: '有人留下了文件 05-test.conf：插件 bridge，地址 10.99.0.0/24',
  noPtp: '/opt/cni/bin 里没有程序 ptp',
  full: 'worker2 的地址全被 Pod 占着',
  steps: '要启动一个 Pod 时，worker2 上依次发生的事，直到被什么挡住',
  columns: ['谁', '做什么'],
  who: { kubelet: 'kubelet', runtime: '容器运行时', plugin: '插件', ipam: 'host-local' },
  does: {
    asks: (pod) => `为 ${pod} 要一个沙箱：一个网络命名空间，里面什么也没有`,
    reads: (file) => (file ? `取 /etc/cni/net.d 里的第一个文件：${file}` : '在 /etc/cni/net.d 里找不到文件'),
    runs: (program) => `运行 ${program}，ADD`,
    address: (range) => `在 ${range} 里找一个没人占用的地址`,
    wires: (ip) => `放进一根线、${ip} 和路由，在标准输出上说明，然后退出`,
    reports: (ip) => `把 ${ip} 写进 Pod 的状态，启动它的容器`,
  },
  end: ({ status, podIP, reachable }) => {
    if (status === 'ContainerCreating') return 'ContainerCreating。kubelet 还会再试，一直试下去。'
    return reachable ? `Running，地址 ${podIP}。` : `Running，地址 ${podIP}，而别的节点都没有去那里的路由。没有谁报告故障。`
  },
  caption: '取哪个文件、给哪个地址、事件里怎么说，都出自实验节点所运行的代码。',
}

export const plugInWords: Record<Locale, PlugInWords> = { en, 'zh-CN': zh }

// The few words labd itself says: titles of boot steps, lines in terminals, reasons for an end. One table per locale.
import type { Locale } from '../spec/scenario.ts'

export interface LabdTexts {
  /** by step id; a runtime's step that is not here keeps its id */
  steps: Record<string, string>
  labReset: string
  shellExited(code: number): string
  endedIdle(minutes: number): string
  endedMemory(usedMB: number, limitMB: number): string
  endedOverLimit(limitMB: number): string
}

const en: LabdTexts = {
  steps: {
    // of the embedded runtime; nodes, control-plane and dns of kind too
    sandbox: 'Sandbox',
    nodes: 'Nodes',
    'control-plane': 'Control plane',
    network: 'Network',
    dns: 'Cluster DNS',
    // of kind
    'node-image': 'Node image',
    configuration: 'Configuration of the nodes',
    cni: 'Pod network',
    storage: 'Storage class',
    join: 'Workers join the cluster',
    ready: 'Nodes are ready',
    places: 'Laptop and outside hosts',
    // of a cluster that the pool made
    'pool-ready': 'Cluster from the pool, ready before you came',
    'pool-begun': 'Cluster from the pool, begun before you came',
    hosts: 'Outside hosts',
    workloads: 'Workloads',
    exercise: 'Prepare the exercise',
    terminal: 'Terminal',
  },
  labReset: '— the lab was reset —',
  shellExited: (code) => `— the shell has ended (exit code ${code}); press Enter for a new one —`,
  endedIdle: (minutes) => `The lab ended after ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} without input.`,
  endedMemory: (usedMB, limitMB) => `The lab used ${usedMB} MB of memory; it may use ${limitMB} MB.`,
  endedOverLimit: (limitMB) => `The lab needed more memory than the ${limitMB} MB it may use.`,
}
const zh: LabdTexts = {
  steps: {
    sandbox: '沙箱',
    nodes: '节点',
    'control-plane': '控制平面',
    network: '网络',
    dns: '集群 DNS',
    'node-image': '节点镜像',
    configuration: '节点配置',
    cni: 'Pod 网络',
    storage: '存储类',
    join: '工作节点加入集群',
    ready: '节点就绪',
    places: '笔记本与外部主机',
    'pool-ready': '来自资源池的集群，已提前就绪',
    'pool-begun': '来自资源池的集群，已提前开始创建',
    hosts: '外部主机',
    workloads: '工作负载',
    exercise: '准备练习',
    terminal: '终端',
  },
  labReset: '— 实验已重置 —',
  shellExited: (code) => `— shell 已退出（退出码 ${code}）；按回车键打开新的 shell —`,
  endedIdle: (minutes) => `实验在 ${minutes} 分钟没有输入后已结束。`,
  endedMemory: (usedMB, limitMB) => `实验使用了 ${usedMB} MB 内存，上限为 ${limitMB} MB。`,
  endedOverLimit: (limitMB) => `实验需要的内存超过了 ${limitMB} MB 的上限。`,
}
const tables: Record<Locale, LabdTexts> = { en, 'zh-CN': zh }
export const labdTexts = (locale: Locale): LabdTexts => tables[locale]

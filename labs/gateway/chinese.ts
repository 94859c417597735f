// What the rooms below say to a learner when something cannot be, in Chinese: the English sentence as its thrower writes it, with {} for what it puts
// in, and the same in Chinese. Used by translate.ts; chinese.test.ts makes sure that each English sentence still has a thrower.
import type { ErrorCode } from '../spec/errors.ts'

/** For a message that is not below: what happened in general; the message itself follows, in English. */
export const codesInChinese: Record<ErrorCode, string> = {
  'bad-request': '请求无效',
  'scenario-invalid': '场景文件有误',
  'scenario-unknown': '没有这个场景',
  'runtime-unavailable': '这台机器不能使用这个运行环境',
  'sandbox-failed': '沙箱出了问题',
  'command-failed': '一条命令失败了',
  'cluster-failed': '集群出了问题',
  'lab-unknown': '没有这个实验',
  'lab-state': '实验目前的状态不允许这样做',
  'lab-busy': '实验正忙',
  'lab-limit': '已达到上限',
  'build-mismatch': '实验运行的是另一个版本的 Podwire',
  'target-unknown': '实验里没有这个位置',
  'terminal-unknown': '没有这个终端',
  timeout: '超时',
  'connection-lost': '连接断开了',
  forbidden: '不允许这样做',
  internal: '内部错误',
}

export const sentencesInChinese: readonly (readonly [english: string, chinese: string])[] = [
  // gateway, sessions
  ['Too many requests at once.', '一次来的请求太多了。'],
  ['Wait a moment.', '请稍等片刻。'],
  ['There is no running lab "{}".', '没有正在运行的实验“{}”。'],
  ['It has ended, or it never was.', '它已经结束，或者从来没有过。'],
  ['This lab belongs to somebody else.', '这个实验属于别人。'],
  ['{} labs are running on this machine already.', '这台机器上已经运行着 {} 个实验。'],
  ['Stop one first, or set PODWIRE_MAX_LABS to a higher number.', '请先停止一个，或者把 PODWIRE_MAX_LABS 调大。'],
  ['{} labs and spares are the limit (PODWIRE_MAX_LABS).', '实验和备用集群合计最多 {} 个（PODWIRE_MAX_LABS）。'],
  ['What labs run is not staged on this machine.', '实验所需的文件还没有在这台机器上备好。'],
  ['npx podwire doctor shows what is missing and the command that mends it.', 'npx podwire doctor 会列出缺什么，以及补上它的命令。'],
  ['The lab process has died.', '实验进程已经死掉。'],
  ['Start the lab again.', '请重新启动实验。'],
  ['The lab was stopped.', '实验已停止。'],
  ['there is no scenario "{}"', '没有场景“{}”'],
  ['The process of spare {} has died: it was killed, or it crashed.', '备用集群 {} 的进程已经死掉：被杀死，或者崩溃了。'],

  // where labs can run
  ['embedded: {} kind: {}', 'embedded：{} kind：{}'],
  ['embedded: {}', 'embedded：{}'],
  ['{} does not run on {}.', '{} 不能在 {} 上运行。'],
  ['Here it runs on {}.', '在这里它可以运行在 {} 上。'],
  [
    'This lab runs {}, which is not on this machine yet. This command fetches it: {}',
    '这个实验要运行 {}，而这台机器上还没有它。用这条命令获取：{}',
  ],
  ['Embedded labs need Linux.', 'embedded 实验需要 Linux。'],
  [
    'This server listens on {}, where others can reach it. A student who is root on a node of kind can reach the machine itself.',
    '这台服务器监听在 {}，别人也能访问。在 kind 节点上拥有 root 的学员可以触及机器本身。',
  ],
  ['Serve on 127.0.0.1 to run labs on kind.', '要在 kind 上运行实验，请让服务器只监听 127.0.0.1。'],
  [
    "This server listens on {}, where others can reach it, and this lab gives its students a part of the kernel's eBPF interface.",
    '这台服务器监听在 {}，别人也能访问，而这个实验会把内核 eBPF 接口的一部分交给学员。',
  ],
  ['Serve on 127.0.0.1 to run labs with eBPF.', '要运行 eBPF 实验，请让服务器只监听 127.0.0.1。'],
  // labs with eBPF
  [
    'This lab loads eBPF programs in a way that Linux has from {} on; this machine runs {}.',
    '这个实验加载 eBPF 程序的方式需要 Linux {} 或更新的内核，这台机器运行的是 {}。',
  ],
  ['Update the system (Debian 12, Ubuntu 24.04), or take another lab.', '请升级系统（Debian 12、Ubuntu 24.04），或者换一个实验。'],
  [
    'This lab loads eBPF programs, and this kernel was built without what they need: there is no {}.',
    '这个实验要加载 eBPF 程序，而这个内核没有编译所需的功能：没有 {}。',
  ],
  ["Use a distribution's own kernel, or take another lab.", '请使用发行版自带的内核，或者换一个实验。'],
  [
    'This lab loads eBPF programs into the kernel, which only root may do, and Podwire runs as an ordinary user here.',
    '这个实验要把 eBPF 程序加载进内核，只有 root 才能这样做，而这里的 Podwire 以普通用户运行。',
  ],
  [
    'On a machine of your own: sudo npm start, or sudo npx podwire lab start. All other labs go on without root.',
    '如果这是你自己的机器：sudo npm start，或者 sudo npx podwire lab start。其他实验都不需要 root。',
  ],
  [
    'This lab loads eBPF programs, and root lacks {} here, as in a container.',
    '这个实验要加载 eBPF 程序，而这里的 root 缺少 {}，就像在容器里那样。',
  ],
  ['Run Podwire as root on the machine itself, or in a virtual machine.', '请在机器本身或虚拟机里以 root 运行 Podwire。'],
  ['This lab compiles eBPF programs, and this machine lacks: {}.', '这个实验要编译 eBPF 程序，而这台机器缺少：{}。'],
  [
    'This lab attaches an eBPF program to its cgroup, and cgroups of version 2 are not mounted here.',
    '这个实验要把 eBPF 程序挂到自己的 cgroup 上，而这里没有挂载第 2 版 cgroup。',
  ],
  ['Labs on kind cannot run here: {}.', '这里不能运行 kind 实验：{}。'],
  ['neither docker nor podman is installed', 'docker 和 podman 都没有安装'],
  ['{} is installed, but does not answer: {}', '{} 已安装，但没有应答：{}'],
  [
    'docker is installed, but you may not use its socket: you are not in the group docker',
    'docker 已安装，但你无权使用它的套接字：你不在 docker 组里',
  ],
  ['kind is not installed', 'kind 没有安装'],
  ['{} is kind {}; labs need {} or later', '{} 是 kind {}，实验需要 {} 或更新的版本'],
  ['{}, which was loaded once, is gone from {}', '曾经载入过的 {} 已不在 {} 中'],

  // a lab's states
  ['The lab is still starting.', '实验还在启动。'],
  ['The lab is healthy: nothing is broken yet.', '实验一切正常，还没有故障。'],
  ['The exercise is being prepared.', '练习正在准备。'],
  ['The lab is broken already.', '实验已经处于故障中。'],
  ['The lab is solved.', '实验已经解决。'],
  ['The lab is being reset.', '实验正在重置。'],
  ['The lab is stopping.', '实验正在停止。'],
  ['The lab has ended.', '实验已经结束。'],
  ['The lab has failed.', '实验已经失败。'],
  ['Try again when it is ready.', '等它就绪后再试。'],
  ['Try again in a moment.', '请稍后再试。'],
  ['Start a new one.', '请启动一个新的。'],
  ['Stop it and start a new one.', '请停止它，再启动一个新的。'],

  // the lab process
  ['The lab has no cluster yet.', '实验还没有集群。'],
  ['In this lab packets can be followed once it is solved.', '在这个实验里，解决之后才能跟踪数据包。'],
  ['Following packets counts as a hint in this lab.', '在这个实验里，跟踪数据包算一条提示。'],
  ['This lab has {} hints.', '这个实验有 {} 条提示。'],
  ['This lab has no hints.', '这个实验没有提示。'],
  ['Hints open one by one: the next is hint {}.', '提示要一条一条看：下一条是第 {} 条。'],
  ['there is no question "{}" in this lab', '这个实验里没有问题“{}”'],
  ['There is no terminal "{}" in this lab.', '这个实验里没有终端“{}”。'],
  ['It was closed, or the lab was started again.', '它已被关闭，或者实验重新启动过。'],
  ['{} terminals are open already.', '已经打开了 {} 个终端。'],
  ['Close one first.', '请先关闭一个。'],
  ['The lab process does not answer.', '实验进程没有应答。'],
  ['podwire clean removes what is left of it.', 'podwire clean 会清理它留下的东西。'],
  ['Lab {} runs another build of Podwire ({}).', '实验 {} 运行的是另一个版本的 Podwire（{}）。'],
  ['It can only be stopped. Stop it and start a new one.', '它只能被停止。请停止它，再启动一个新的。'],
  ['The cluster died: {}', '集群死掉了：{}'],

  // places and packets
  ['"{}" is not a place in a lab', '“{}”不是实验里的一个位置'],
  [
    'Use laptop, node/worker, pod/client, pod/shop:web-0/app, deploy/web or host/partner.',
    '请写 laptop、node/worker、pod/client、pod/shop:web-0/app、deploy/web 或 host/partner。',
  ],
  ['{} has no running pod.', '{} 没有运行中的 Pod。'],
  ['There is no running {} in this lab.', '这个实验里没有运行中的 {}。'],
  ['There are: {}.', '现有：{}。'],
  ['{}: none of its pods is running', '{}：它的 Pod 没有一个在运行'],
  ['{}: the pod is not running ({})', '{}：这个 Pod 没有在运行（{}）'],
  ['{}: the pod has no container {}', '{}：这个 Pod 没有容器 {}'],

  // the embedded runtime
  ['bubblewrap (bwrap) is not installed.', '没有安装 bubblewrap（bwrap）。'],
  ['The sandbox did not start within the memory it may use.', '沙箱没能在允许的内存之内启动。'],
  ['The sandbox did not start within {} ms.', '沙箱在 {} 毫秒内没有启动。'],
  ['The sandbox did not start: {}', '沙箱没有启动：{}'],
  ['The sandbox did not start.', '沙箱没有启动。'],
  ['podwire doctor says whether this machine can run labs.', 'podwire doctor 会说明这台机器能不能运行实验。'],
  ['The cluster did not start within the {} MB of memory it may use.', '集群没能在允许的 {} MB 内存之内启动。'],
  ['The cluster did not start: {}', '集群没有启动：{}'],
  ["The cluster's control plane is gone: {}", '集群的控制平面不在了：{}'],

  // the kind runtime
  ['The cluster is gone.', '集群不在了。'],
  ['The cluster is being made anew.', '集群正在重新创建。'],
  ['kind could not make the cluster: {}', 'kind 没能创建集群：{}'],
  ['The node image is not on this machine and could not be fetched.', '节点镜像不在这台机器上，也没能取到。'],
  [
    'Connect to a network, or load an image from a file: npx podwire kind load <archive>.',
    '请接入网络，或者从文件载入镜像：npx podwire kind load <归档文件>。',
  ],
  ['A port that the cluster needs is taken.', '集群需要的一个端口已被占用。'],
  ['Start the lab again: another port is chosen each time.', '请重新启动实验：每次会换一个端口。'],
  ["The machine's inotify limits are too low for another cluster.", '这台机器的 inotify 上限太低，容不下又一个集群。'],
  ['The container engine stopped while the cluster was being made.', '创建集群的过程中，容器引擎停了。'],
  ['Start it again, then the lab.', '请重新启动它，再启动实验。'],
  ['A node did not start.', '有一个节点没有启动。'],
  ['The collected logs say why; a busy or small machine is the usual reason.', '收集到的日志会说明原因；常见的是机器太忙或太小。'],
  ['Node {} has stopped while the cluster was being made.', '创建集群的过程中，节点 {} 停了。'],
  ['The container engine ({}) stopped, or hangs: {}', '容器引擎（{}）停了，或者没有反应：{}'],
  ['The cluster did not settle within {} ms: {}.', '集群在 {} 毫秒内没有稳定下来：{}。'],
  ['These are not ready after {} s: {}.', '{} 秒之后仍未就绪：{}。'],
  ["The cluster's DNS does not answer after {} s.", '{} 秒之后，集群的 DNS 仍没有应答。'],
  ["The cluster's API server does not answer: {}", '集群的 API 服务器没有应答：{}'],

  // two sentences, joined
  ['{} kind said: {}', '{}kind 的原话：{}'],
  ['{} Logs: {}', '{}日志：{}'],
]

// The words of the figure slow, large or sometimes, in both languages.
import type { Locale } from '../../labs/spec/scenario.ts'
import type { Fault, Shared, View } from './signature.ts'

interface SignatureWords {
  fault: string
  faults: Record<Fault, string>
  view: string
  views: Record<View, string>
  column: (view: View, value: string | number) => string
  took: string
  rows: readonly string[]
  calls: string
  share: string
  shared: (s: Shared) => string
  caption: string
}

const bytes = (n: number) => (n >= 1000 ? `${n / 1000} kB` : `${n} B`)

const en: SignatureWords = {
  fault: 'Fault',
  faults: {
    none: 'none',
    narrow: 'a hop too narrow, and silent about it',
    replica: 'one replica of three is dead',
    lookup: 'one in six lookups loses a query',
    load: 'a table full for twelve seconds',
    handshake: 'a proxy that waits for the other side to speak',
  },
  view: 'Sort the calls by',
  views: { size: 'size', at: 'when', replica: 'who answers' },
  column: (view, value) => (view === 'size' ? bytes(Number(value)) : view === 'at' ? `from ${value} s` : `replica ${value}`),
  took: 'Took',
  rows: ['under 0.1 s', '0.1 to 1 s', '1 to 4.5 s', 'about 5 s', 'about 10 s', 'gave up'],
  calls: '60 calls, and how long they took',
  share: 'What the slow ones share:',
  shared: (s) =>
    ({
      nothing: () => 'none is slow.',
      size: () => `size. Each answer above ${bytes(s.what === 'size' ? s.above : 0)} hangs, no smaller one does.`,
      replica: () => `replica ${s.what === 'replica' ? s.replica : ''}, and it serves none of the others.`,
      at: () => (s.what === 'at' ? `the time. Second ${s.from} to ${s.to}, whatever the size and the replica.` : ''),
      wait: () =>
        s.what === 'wait'
          ? `the wait. ${s.all ? 'All of them' : 'They'} take ${s.seconds} s and a little; size, time and replica differ.`
          : '',
    })[s.what](),
  caption: 'Choose a fault and sort its calls in three ways. In one of them the slow ones stand together; or they stand in one row.',
}

const zh: SignatureWords = {
  fault: '故障',
  faults: {
    none: '没有',
    narrow: '有一跳太窄，而且不吭声',
    replica: '三个副本里有一个死了',
    lookup: '六次解析里有一次丢了一个查询',
    load: '某张表满了十二秒',
    handshake: '代理在等对方先开口',
  },
  view: '按什么给访问分类',
  views: { size: '大小', at: '何时', replica: '谁应答' },
  column: (view, value) => (view === 'size' ? bytes(Number(value)) : view === 'at' ? `第 ${value} 秒起` : `副本 ${value}`),
  took: '用时',
  rows: ['0.1 秒以内', '0.1 到 1 秒', '1 到 4.5 秒', '5 秒左右', '10 秒左右', '放弃'],
  calls: '60 次访问，各用了多久',
  share: '慢的那些有什么共同点：',
  shared: (s) =>
    ({
      nothing: () => '没有慢的。',
      size: () => `大小。超过 ${bytes(s.what === 'size' ? s.above : 0)} 的回答全都卡住，更小的一个也没有。`,
      replica: () => `都由副本 ${s.what === 'replica' ? s.replica : ''} 应答，而它没有应答过别的。`,
      at: () => (s.what === 'at' ? `时间。都在第 ${s.from} 到 ${s.to} 秒，与大小和副本无关。` : ''),
      wait: () => (s.what === 'wait' ? `等待。${s.all ? '全部' : '它们'}都是 ${s.seconds} 秒多一点；大小、时间、副本各不相同。` : ''),
    })[s.what](),
  caption: '选一个故障，再用三种方式给访问分类。慢的那些要么在其中一种分类里站到一起，要么站在同一行。',
}

export const signatureWords: Record<Locale, SignatureWords> = { en, 'zh-CN': zh }

// The words of the figure names, in both languages.
import type { Locale } from '../../labs/spec/names.ts'

const en = {
  name: 'Name',
  ndots: 'ndots',
  namespace: 'Pod in namespace',
  columns: ['Asked for', 'Answer'],
  none: 'no such name',
  asked: 'What the resolver asks, in order',
  end: (count: number, found: boolean) =>
    `${count} ${count === 1 ? 'name' : 'names'}, each for A and AAAA: ${2 * count} questions. ${found ? 'Found.' : 'Not found.'}`,
  caption: 'Names of the cluster are read by the function that reads them in the lab.',
}
export type NameWords = typeof en

const zh: NameWords = {
  name: '名字',
  ndots: 'ndots',
  namespace: 'Pod 所在的命名空间',
  columns: ['问的名字', '答案'],
  none: '没有这个名字',
  asked: '解析器依次问的',
  end: (count, found) => `${count} 个名字，各问 A 和 AAAA：${2 * count} 个问题。${found ? '找到了。' : '没找到。'}`,
  caption: '集群里的名字，由实验里读名字的同一个函数来读。',
}

export const nameWords: Record<Locale, NameWords> = { en, 'zh-CN': zh }

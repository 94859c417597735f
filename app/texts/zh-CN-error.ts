// The texts of the error page in Chinese; apart for the same reason as en-error.ts.
import type { errorTexts } from './en-error.ts'

export const errorTextsZh: typeof errorTexts = {
  title: '这个页面没能生成',
  body: '服务器遇到了错误。正在运行的实验不受影响。',
  again: '再试一次',
  reference: '编号',
}

// Flags and words that many commands share. Used by commands/*.
import type { ArgsDef } from 'citty'

export const jsonFlag = { json: { type: 'boolean', description: 'print JSON; errors too, on stderr' } } as const satisfies ArgsDef
export const labWord = {
  lab: { type: 'positional', required: false, description: 'lab id, the beginning of it, or its scenario; default: the only running lab' },
} as const satisfies ArgsDef
export const localeFlag = { locale: { type: 'string', valueHint: 'en|zh-CN', description: 'language of texts' } } as const satisfies ArgsDef
export const inFlag = {
  in: {
    type: 'string',
    valueHint: 'place',
    description: 'laptop, node/<name>, pod/[<ns>:]<name>[/<container>], deploy/<name> or host/<name>',
  },
} as const satisfies ArgsDef

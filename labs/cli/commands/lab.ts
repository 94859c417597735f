// `podwire lab …`: the commands about labs.
import { defineCommand } from 'citty'
import { labExec } from './lab-exec.ts'
import { labList } from './lab-list.ts'
import { labAnswer, labBreak, labHint, labReset, labStay, labStop } from './lab-moves.ts'
import { labShell } from './lab-shell.ts'
import { labStart } from './lab-start.ts'
import { labStatus } from './lab-status.ts'

export const lab = defineCommand({
  meta: { name: 'lab', description: 'Start, enter, watch and end labs' },
  subCommands: {
    list: labList,
    start: labStart,
    exec: labExec,
    shell: labShell,
    status: labStatus,
    hint: labHint,
    answer: labAnswer,
    break: labBreak,
    reset: labReset,
    stay: labStay,
    stop: labStop,
  },
})

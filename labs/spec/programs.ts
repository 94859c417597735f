// What is said where a lab needs a program that this machine lacks. Used before a lab starts (sessions) and before a proof.
import type { OptionalProgram } from './scenario.ts'

const names: Record<OptionalProgram, string> = { envoy: 'Envoy' }
const commands: Record<OptionalProgram, string> = { envoy: 'npm run envoy' }

export const lacksProgram = (program: OptionalProgram): string =>
  `This lab runs ${names[program]}, which is not on this machine yet. This command fetches it: ${commands[program]}`

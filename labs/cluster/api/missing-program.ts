// Recognises what a process prints that could not be started because there is no such program, and says it in runc's words. Used for containers and exec; pure.

/** runc's reason when these bytes are labinit's note about `program`; undefined for any other output. */
export function missingProgram(program: string, bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8').trimEnd()
  const start = `exec: "${program}": `
  if (text === `${start}executable file not found in $PATH`) return text
  return text === `${start}No such file or directory` ? `${start}stat ${program}: no such file or directory` : undefined
}

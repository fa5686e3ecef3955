/** Whether two subjects are one hand. Directories differ in what they make of capitals; a person does not become two by them. */
export const isSamePerson = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

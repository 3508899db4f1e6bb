/** Tells which of many texts occur in another one, in one pass over it, however many they are. */
export class Occurrences {
  private readonly words: readonly string[];
  /** Columns of the table by UTF-16 code unit; 0 for every unit that no word holds. */
  private readonly columns = new Uint16Array(128);
  private readonly width: number;
  /** The next state by state and column: the longest end of what was read that begins a word. */
  private readonly next: Int32Array;
  /** The words that end in a state. */
  private readonly ends: readonly (readonly number[])[];

  /** The words must be plain ASCII, and not empty. */
  constructor(words: Iterable<string>) {
    this.words = [...new Set(words)];
    let width = 1;
    for (const word of this.words) {
      if (!/^[\x20-\x7e]+$/.test(word)) throw new Error(`not plain ASCII: ${JSON.stringify(word)}`);
      for (const char of word) this.columns[char.charCodeAt(0)] ||= width++;
    }
    this.width = width;
    const states = 1 + this.words.reduce((sum, word) => sum + word.length, 0);
    this.next = new Int32Array(states * width);
    const ends: number[][] = [[]];
    this.addWords(ends);
    this.close(ends);
    this.ends = ends;
  }

  /** Those of the words that occur in `text`. */
  in(text: string): ReadonlySet<string> {
    const { columns, next, width, ends } = this;
    const found = new Set<string>();
    const told = new Uint8Array(ends.length);
    for (let i = 0, state = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      state = next[state * width + (unit < 128 ? (columns[unit] as number) : 0)] as number;
      if (told[state] === 1) continue;
      told[state] = 1;
      for (const word of ends[state] as readonly number[]) found.add(this.words[word] as string);
    }
    return found;
  }

  private addWords(ends: number[][]): void {
    for (const [index, word] of this.words.entries()) {
      let state = 0;
      for (let i = 0; i < word.length; i++) {
        const cell = state * this.width + (this.columns[word.charCodeAt(i)] as number);
        if (this.next[cell] === 0) this.next[cell] = ends.push([]) - 1;
        state = this.next[cell] as number;
      }
      (ends[state] as number[]).push(index);
    }
  }

  /** Fills in where to go on when a word breaks off, the short beginnings first. */
  private close(ends: number[][]): void {
    const fallback = new Int32Array(ends.length);
    const queue: number[] = [];
    for (let column = 1; column < this.width; column++) {
      const state = this.next[column] as number;
      if (state !== 0) queue.push(state);
    }
    for (let head = 0; head < queue.length; head++) {
      const state = queue[head] as number;
      const back = fallback[state] as number;
      (ends[state] as number[]).push(...(ends[back] as number[]));
      for (let column = 1; column < this.width; column++) {
        const cell = state * this.width + column;
        const onward = this.next[back * this.width + column] as number;
        if (this.next[cell] === 0) this.next[cell] = onward;
        else {
          fallback[this.next[cell] as number] = onward;
          queue.push(this.next[cell] as number);
        }
      }
    }
  }
}

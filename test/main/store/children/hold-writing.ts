// Holds the write lock of the database file given for so many milliseconds, and says when it has it.
import Database from 'better-sqlite3';

const [file = '', ms = ''] = process.argv.slice(2);
const database = new Database(file);
database.exec('BEGIN IMMEDIATE');
process.stdout.write('locked\n');
setTimeout(() => database.close(), Number(ms));

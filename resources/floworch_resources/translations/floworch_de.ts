<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
<name>floworch</name>
<message><source>
... ({0} more characters)</source><translation>
... ({0} weitere Zeichen)</translation></message>
<message><source>
Run: {lower}</source><translation>
Lauf: {lower}</translation></message>
<message><source>
… the rest is not shown</source><translation>
… der Rest wird nicht gezeigt</translation></message>
<message><source> (character {0})</source><translation> (Zeichen {0})</translation></message>
<message><source> (line {0} of {1})</source><translation> (Zeile {0} von {1})</translation></message>
<message><source> Give options by name: {0}.</source><translation> Geben Sie Optionen mit ihrem Namen: {0}.</translation></message>
<message><source> It said: {0}</source><translation> Er meldete: {0}</translation></message>
<message><source> and {0} more</source><translation> und {0} weitere</translation></message>
<message><source> and {value:,} more</source><translation> und {value:,} weitere</translation></message>
<message><source> at character {0}</source><translation> bei Zeichen {0}</translation></message>
<message><source> for the value {0}</source><translation> für den Wert {0}</translation></message>
<message><source> has become 1 step</source><translation> ist zu 1 Schritt geworden</translation></message>
<message><source> has become {n} steps</source><translation> ist zu {n} Schritten geworden</translation></message>
<message><source> in item {0}</source><translation> im Element {0}</translation></message>
<message><source> in the form {0}</source><translation> in der Form {0}</translation></message>
<message><source> in {delay:.1f} s</source><translation> in {delay:.1f} s</translation></message>
<message><source> until {due}</source><translation> bis {due}</translation></message>
<message><source> · on the critical path</source><translation> · auf dem kritischen Pfad</translation></message>
<message><source>'aggregates[{0}].as' is missing.</source><translation>'aggregates[{0}].as' fehlt.</translation></message>
<message><source>'amount' must be a span of time, not {0}.</source><translation>'amount' muss eine Zeitspanne sein, nicht {0}.</translation></message>
<message><source>'amount' must hold whole months and years.</source><translation>'amount' muss ganze Monate und Jahre enthalten.</translation></message>
<message><source>'args' do not fit {0}.</source><translation>'args' passen nicht zu {0}.</translation></message>
<message><source>'cases' must be written out: the ports of a node are known before it runs.</source><translation>'cases' müssen ausgeschrieben sein: Die Ausgänge eines Knotens stehen fest, bevor er läuft.</translation></message>
<message><source>'cases[{0}]' must have either 'when' or 'match'.</source><translation>'cases[{0}]' muss entweder 'when' oder 'match' haben.</translation></message>
<message><source>'cases[{0}].match' has nothing to compare with: 'value' is missing.</source><translation>'cases[{0}].match' hat nichts zum Vergleichen: 'value' fehlt.</translation></message>
<message><source>'cases[{0}].when' must give true or false, not {1}.</source><translation>'cases[{0}].when' muss true oder false ergeben, nicht {1}.</translation></message>
<message><source>'cursor' is missing: where an answer says how the next one is asked.</source><translation>'cursor' fehlt: wo eine Antwort sagt, wie nach der nächsten gefragt wird.</translation></message>
<message><source>'dead_letter' writes a line for every attempt, also when a later one succeeds</source><translation>'dead_letter' schreibt für jeden Versuch eine Zeile, auch wenn ein späterer gelingt</translation></message>
<message><source>'default' {0}</source><translation>'default' {0}</translation></message>
<message><source>'dependencies' of the block '# /// script' must be a list of texts.</source><translation>'dependencies' des Blocks '# /// script' muss eine Liste von Texten sein.</translation></message>
<message><source>'every' must be longer than nothing.</source><translation>'every' muss länger als nichts sein.</translation></message>
<message><source>'fallback' hides every failure, so no line is ever written</source><translation>'fallback' verbirgt jeden Fehlschlag, sodass nie eine Zeile geschrieben wird</translation></message>
<message><source>'fallback' hides every failure, so the circuit never opens</source><translation>'fallback' verbirgt jeden Fehlschlag, sodass sich der Stromkreis nie öffnet</translation></message>
<message><source>'fallback' turns every failure into a success, so nothing is ever tried again</source><translation>'fallback' macht aus jedem Fehlschlag einen Erfolg, sodass nie etwas neu versucht wird</translation></message>
<message><source>'files' is a form, and '{0}' is the body.</source><translation>'files' ist ein Formular, und '{0}' ist der Inhalt.</translation></message>
<message><source>'flow.fail' fails whenever it runs: trying it again only takes time.</source><translation>'flow.fail' scheitert jedes Mal: ein weiterer Versuch kostet nur Zeit.</translation></message>
<message><source>'floworch actions list' shows every action known here. If a program registers it with @action, run the workflow in that program. To make it known everywhere, name the function as py:MODULE:NAME, install a package with the entry point floworch.actions, or put its file into the folder of actions ('floworch actions new').</source><translation>'floworch actions list' zeigt jede hier bekannte Aktion. Meldet ein Programm sie mit @action an, führen Sie den Workflow in diesem Programm aus. Damit sie überall bekannt ist, benennen Sie die Funktion als py:MODULE:NAME, installieren Sie ein Paket mit dem Einsprungpunkt floworch.actions, oder legen Sie ihre Datei in den Ordner der Aktionen ('floworch actions new').</translation></message>
<message><source>'floworch actions list' shows every action.</source><translation>'floworch actions list' zeigt jede Aktion.</translation></message>
<message><source>'floworch prune' removes it.</source><translation>'floworch prune' entfernt es.</translation></message>
<message><source>'floworch secrets set {0}'</source><translation>'floworch secrets set {0}'</translation></message>
<message><source>'floworch validate {0}' lists everything.</source><translation>'floworch validate {0}' listet alles auf.</translation></message>
<message><source>'for' and 'until' cannot both be given.</source><translation>'for' und 'until' können nicht beide gegeben sein.</translation></message>
<message><source>'for' is missing.</source><translation>'for' fehlt.</translation></message>
<message><source>'give_up_on' names every kind that 'on' does, so that nothing is ever tried again.</source><translation>'give_up_on' nennt jede Art, die 'on' nennt; so wird nie etwas neu versucht.</translation></message>
<message><source>'host' is no address of a broker.</source><translation>'host' ist keine Adresse eines Brokers.</translation></message>
<message><source>'item' of the first round.</source><translation>'item' der ersten Runde.</translation></message>
<message><source>'items' has {0} entries; at most {1} are allowed.</source><translation>'items' hat {0} Einträge; höchstens {1} sind erlaubt.</translation></message>
<message><source>'items' is empty: there is nothing to choose from.</source><translation>'items' ist leer: Es gibt nichts zur Auswahl.</translation></message>
<message><source>'key' is missing.</source><translation>'key' fehlt.</translation></message>
<message><source>'keys' is missing: mode upsert finds existing rows by them.</source><translation>'keys' fehlt: Der Modus upsert findet vorhandene Zeilen daran.</translation></message>
<message><source>'labels' must be written out: the ports of a node are known before it runs.</source><translation>'labels' müssen ausgeschrieben sein: Die Ausgänge eines Knotens stehen fest, bevor er läuft.</translation></message>
<message><source>'local' is missing.</source><translation>'local' fehlt.</translation></message>
<message><source>'local' must be one folder for get.</source><translation>'local' muss bei get ein einzelner Ordner sein.</translation></message>
<message><source>'object' gives {node id: output}, 'list' the outputs in the order of the edges, 'one' the output of the first of them: of what went well or of what handled its failure, say.</source><translation>'object' gibt {node id: Ausgabe}, 'list' die Ausgaben in der Reihenfolge der Verbindungen, 'one' die Ausgabe der ersten: etwa die dessen, was gelang, oder dessen, was den Fehler behandelte.</translation></message>
<message><source>'on' is missing: rows are put together by it.</source><translation>'on' fehlt: Danach werden Zeilen zusammengefügt.</translation></message>
<message><source>'poll' must be longer than nothing.</source><translation>'poll' muss länger als nichts sein.</translation></message>
<message><source>'query' must be one SELECT statement.</source><translation>'query' muss eine einzelne SELECT-Anweisung sein.</translation></message>
<message><source>'query.{0}' is {1}, and no number of a page.</source><translation>'query.{0}' ist {1} und keine Nummer einer Seite.</translation></message>
<message><source>'rules' is missing: nothing is checked.</source><translation>'rules' fehlt: Nichts wird geprüft.</translation></message>
<message><source>'save_as' is missing: a table needs a file.</source><translation>'save_as' fehlt: Eine Tabelle braucht eine Datei.</translation></message>
<message><source>'schema': {0}.</source><translation>'schema': {0}.</translation></message>
<message><source>'search' and 'folder' must be one line.</source><translation>'search' und 'folder' müssen eine Zeile sein.</translation></message>
<message><source>'selector' is no path: {0}.</source><translation>'selector' ist kein Pfad: {0}.</translation></message>
<message><source>'selector' is not understood: {0}.</source><translation>'selector' ist nicht zu verstehen: {0}.</translation></message>
<message><source>'source' must be one archive to unpack.</source><translation>'source' muss ein einzelnes Archiv zum Auspacken sein.</translation></message>
<message><source>'stdin' cannot be written as {0}: {1}.</source><translation>'stdin' lässt sich nicht als {0} schreiben: {1}.</translation></message>
<message><source>'stop' fails this node at the first failed item; 'collect' goes on and gives null for it.</source><translation>'stop' lässt diesen Knoten beim ersten fehlgeschlagenen Element fehlschlagen; 'collect' macht weiter und gibt dafür null.</translation></message>
<message><source>'text' declares XML entities, which are refused.</source><translation>'text' erklärt XML-Entitäten, die nicht angenommen werden.</translation></message>
<message><source>'text' is nested deeper than {0} levels.</source><translation>'text' ist tiefer als {0} Ebenen verschachtelt.</translation></message>
<message><source>'text' is not XML: line {0}: {1}.</source><translation>'text' ist kein XML: Zeile {0}: {1}.</translation></message>
<message><source>'text' is not {0}: {1}.</source><translation>'text' ist kein {0}: {1}.</translation></message>
<message><source>'types.{0}' is no type: {1}.</source><translation>'types.{0}' ist kein Typ: {1}.</translation></message>
<message><source>'until' cannot be evaluated: {0}</source><translation>'until' lässt sich nicht auswerten: {0}</translation></message>
<message><source>'until' did not hold after {0} round{1}, the most allowed</source><translation>'until' traf nach {0} Runde(n){1:.0} nicht zu, mehr sind nicht erlaubt</translation></message>
<message><source>'until' gave {0} instead of true or false.</source><translation>'until' ergab {0} statt true oder false.</translation></message>
<message><source>'url' is no address of a bucket.</source><translation>'url' ist keine Adresse eines Buckets.</translation></message>
<message><source>'user' and 'password' are needed to read a mailbox.</source><translation>'user' und 'password' werden gebraucht, um ein Postfach zu lesen.</translation></message>
<message><source>'value' and 'file' cannot both be given.</source><translation>'value' und 'file' können nicht beide gegeben sein.</translation></message>
<message><source>'value' and 'items' cannot both be given.</source><translation>'value' und 'items' können nicht beide gegeben sein.</translation></message>
<message><source>'value' belongs to a check that is one word: {0}</source><translation>'value' gehört zu einer Prüfung aus einem Wort: {0}</translation></message>
<message><source>'value' is missing.</source><translation>'value' fehlt.</translation></message>
<message><source>'value' is missing: it is the object whose fields are kept.</source><translation>'value' fehlt: Es ist das Objekt, dessen Felder behalten werden.</translation></message>
<message><source>'value' must be a number to add, not {0}.</source><translation>'value' muss eine Zahl zum Addieren sein, nicht {0}.</translation></message>
<message><source>'value' must be an object to keep its fields, but it is {0}.</source><translation>'value' muss ein Objekt sein, damit seine Felder behalten werden, ist aber {0}.</translation></message>
<message><source>'values' must be an object, not {0}.</source><translation>'values' muss ein Objekt sein, nicht {0}.</translation></message>
<message><source>'where' is empty.</source><translation>'where' ist leer.</translation></message>
<message><source>'where' must give true or false, but for items[{0}] it gives {1}.</source><translation>'where' muss true oder false ergeben, ergibt für items[{0}] aber {1}.</translation></message>
<message><source>'{0}' and 'connection' both say where to.</source><translation>'{0}' und 'connection' sagen beide, wohin.</translation></message>
<message><source>'{0}' and '{1}' are both the body.</source><translation>'{0}' und '{1}' sind beide der Inhalt.</translation></message>
<message><source>'{0}' and '{1}' would both become '{2}'.</source><translation>'{0}' und '{1}' würden beide zu '{2}'.</translation></message>
<message><source>'{0}' as a folder and as a file</source><translation>'{0}' als Ordner und als Datei</translation></message>
<message><source>'{0}' as a link and as something else</source><translation>'{0}' als Verknüpfung und als etwas anderes</translation></message>
<message><source>'{0}' cannot be '{1}': every node has that port already.</source><translation>'{0}' kann nicht '{1}' sein: Diesen Ausgang hat jeder Knoten schon.</translation></message>
<message><source>'{0}' cannot be a path.</source><translation>'{0}' kann kein Pfad sein.</translation></message>
<message><source>'{0}' cannot be evaluated for {1}[{2}]: {3}</source><translation>'{0}' lässt sich für {1}[{2}] nicht auswerten: {3}</translation></message>
<message><source>'{0}' cannot be loaded in a worker process: {1}.</source><translation>'{0}' lässt sich in einem Arbeitsprozess nicht laden: {1}.</translation></message>
<message><source>'{0}' cannot be started: {1}.</source><translation>'{0}' kann nicht gestartet werden: {1}.</translation></message>
<message><source>'{0}' cannot be the id of an action.</source><translation>'{0}' kann nicht die Kennung einer Aktion sein.</translation></message>
<message><source>'{0}' cannot be the name of a table.</source><translation>'{0}' kann nicht der Name einer Tabelle sein.</translation></message>
<message><source>'{0}' cannot be the name of a variable.</source><translation>'{0}' kann nicht der Name einer Variablen sein.</translation></message>
<message><source>'{0}' cannot run in a worker process: it has no place to import it from.</source><translation>'{0}' kann nicht in einem Arbeitsprozess laufen: Es hat keinen Ort, von dem es sich importieren ließe.</translation></message>
<message><source>'{0}' changed while it was copied.</source><translation>'{0}' änderte sich, während es kopiert wurde.</translation></message>
<message><source>'{0}' did not end in {1} s.</source><translation>'{0}' endete nicht innerhalb von {1} s.</translation></message>
<message><source>'{0}' ended with code {1}.</source><translation>'{0}' endete mit dem Code {1}.</translation></message>
<message><source>'{0}' exists already and is different.</source><translation>'{0}' gibt es schon, und es ist anders.</translation></message>
<message><source>'{0}' exists already.</source><translation>'{0}' gibt es schon.</translation></message>
<message><source>'{0}' exists already. Nothing was unpacked.</source><translation>'{0}' gibt es schon. Nichts wurde ausgepackt.</translation></message>
<message><source>'{0}' exists already: nothing was packed.</source><translation>'{0}' gibt es schon: Nichts wurde gepackt.</translation></message>
<message><source>'{0}' has no function '{1}'.</source><translation>'{0}' hat keine Funktion '{1}'.</translation></message>
<message><source>'{0}' holds a wildcard.</source><translation>'{0}' enthält einen Platzhalter.</translation></message>
<message><source>'{0}' holds an empty path.</source><translation>'{0}' enthält einen leeren Pfad.</translation></message>
<message><source>'{0}' holds {1}, which is no number to add to.</source><translation>'{0}' enthält {1}, das ist keine Zahl, zu der sich addieren lässt.</translation></message>
<message><source>'{0}' is a device or pipe: left out.</source><translation>'{0}' ist ein Gerät oder eine Pipe: ausgelassen.</translation></message>
<message><source>'{0}' is a file, so it cannot be the folder of the database.</source><translation>'{0}' ist eine Datei und kann daher nicht der Ordner der Datenbank sein.</translation></message>
<message><source>'{0}' is a folder, not a file.</source><translation>'{0}' ist ein Ordner, keine Datei.</translation></message>
<message><source>'{0}' is a folder, so no file can get that name.</source><translation>'{0}' ist ein Ordner, darum kann keine Datei diesen Namen bekommen.</translation></message>
<message><source>'{0}' is a folder.</source><translation>'{0}' ist ein Ordner.</translation></message>
<message><source>'{0}' is a lambda or a local function of another process, or a function wrapped in layers there.</source><translation>'{0}' ist ein Lambda oder eine lokale Funktion eines anderen Prozesses, oder eine dort in Schichten gehüllte Funktion.</translation></message>
<message><source>'{0}' is a link that leads out of the target. Not everything was unpacked.</source><translation>'{0}' ist eine Verknüpfung, die aus dem Ziel hinausführt. Nicht alles wurde ausgepackt.</translation></message>
<message><source>'{0}' is a pipe, socket or device and cannot be copied.</source><translation>'{0}' ist eine Pipe, ein Socket oder ein Gerät und kann nicht kopiert werden.</translation></message>
<message><source>'{0}' is a pipe, socket or device: left out.</source><translation>'{0}' ist eine Pipe, ein Socket oder ein Gerät: ausgelassen.</translation></message>
<message><source>'{0}' is empty.</source><translation>'{0}' ist leer.</translation></message>
<message><source>'{0}' is missing.</source><translation>'{0}' fehlt.</translation></message>
<message><source>'{0}' is no address that is opened.</source><translation>'{0}' ist keine Adresse, die geöffnet wird.</translation></message>
<message><source>'{0}' is no name for a file here.</source><translation>'{0}' ist hier kein Name für eine Datei.</translation></message>
<message><source>'{0}' is no path of an address.</source><translation>'{0}' ist kein Pfad einer Adresse.</translation></message>
<message><source>'{0}' is no schedule: {1}{2}.</source><translation>'{0}' ist kein Zeitplan: {1}{2}.</translation></message>
<message><source>'{0}' is not a JSON file: {1}.</source><translation>'{0}' ist keine JSON-Datei: {1}.</translation></message>
<message><source>'{0}' is not a SHA-256.</source><translation>'{0}' ist kein SHA-256.</translation></message>
<message><source>'{0}' is not a database that can be used here.</source><translation>'{0}' ist keine Datenbank, die sich hier nutzen lässt.</translation></message>
<message><source>'{0}' is not a folder.</source><translation>'{0}' ist kein Ordner.</translation></message>
<message><source>'{0}' is not a function.</source><translation>'{0}' ist keine Funktion.</translation></message>
<message><source>'{0}' is not a list of statuses.</source><translation>'{0}' ist keine Liste von Statuscodes.</translation></message>
<message><source>'{0}' is not a mail address.</source><translation>'{0}' ist keine Mailadresse.</translation></message>
<message><source>'{0}' is not a program this system can run.</source><translation>'{0}' ist kein Programm, das dieses System ausführen kann.</translation></message>
<message><source>'{0}' is not a regular file and cannot be replaced.</source><translation>'{0}' ist keine gewöhnliche Datei und kann nicht ersetzt werden.</translation></message>
<message><source>'{0}' is not a web address.</source><translation>'{0}' ist keine Webadresse.</translation></message>
<message><source>'{0}' is not an Excel file: {1}.</source><translation>'{0}' ist keine Excel-Datei: {1}.</translation></message>
<message><source>'{0}' is not an image.</source><translation>'{0}' ist kein Bild.</translation></message>
<message><source>'{0}' is not the id of a function.</source><translation>'{0}' ist nicht die Kennung einer Funktion.</translation></message>
<message><source>'{0}' is not {1} text: byte 0x{2} at position {3}.</source><translation>'{0}' ist kein Text in {1}: Byte 0x{2} an Stelle {3}.</translation></message>
<message><source>'{0}' is the root of a disk and is not deleted.</source><translation>'{0}' ist die Wurzel eines Datenträgers und wird nicht gelöscht.</translation></message>
<message><source>'{0}' is {1}, over the limit of {2} MiB.</source><translation>'{0}' hat {1}, mehr als die Grenze von {2} MiB.</translation></message>
<message><source>'{0}' is {1}, which is no point in time{2}.</source><translation>'{0}' ist {1}, das ist kein Zeitpunkt{2}.</translation></message>
<message><source>'{0}' is, or holds, {1} and is not deleted.</source><translation>'{0}' ist oder enthält etwas Schützenswertes ({1}) und wird nicht gelöscht.</translation></message>
<message><source>'{0}' must be a condition.</source><translation>'{0}' muss eine Bedingung sein.</translation></message>
<message><source>'{0}' must be a pattern below the folder, not {1}.</source><translation>'{0}' muss ein Muster unterhalb des Ordners sein, nicht {1}.</translation></message>
<message><source>'{0}' must be the name of a port, not an expression.</source><translation>'{0}' muss der Name eines Ausgangs sein, kein Ausdruck.</translation></message>
<message><source>'{0}' must be {1}, not {2}.</source><translation>'{0}' muss {1} sein, nicht {2}.</translation></message>
<message><source>'{0}' must have either 'when' or 'match'.</source><translation>'{0}' muss entweder 'when' oder 'match' haben.</translation></message>
<message><source>'{0}' must return None, true, false, a text or a list of texts, not {1}.</source><translation>'{0}' muss None, true, false, einen Text oder eine Liste von Texten zurückgeben, nicht {1}.</translation></message>
<message><source>'{0}' needs a name for this expression.</source><translation>'{0}' braucht für diesen Ausdruck einen Namen.</translation></message>
<message><source>'{0}' never comes.</source><translation>'{0}' tritt nie ein.</translation></message>
<message><source>'{0}' of '{1}'</source><translation>'{0}' über '{1}'</translation></message>
<message><source>'{0}' of the answer</source><translation>'{0}' der Antwort</translation></message>
<message><source>'{0}' of the answer of {1} is {2}, and no list of items.</source><translation>'{0}' der Antwort von {1} ist {2} und keine Liste von Elementen.</translation></message>
<message><source>'{0}' takes no expression: it is used as it is written.</source><translation>'{0}' nimmt keinen Ausdruck: Es wird verwendet, wie es geschrieben ist.</translation></message>
<message><source>'{0}' waits or has a body, so it cannot be part of a composite action.</source><translation>'{0}' wartet oder hat einen Rumpf und kann daher kein Teil einer zusammengesetzten Aktion sein.</translation></message>
<message><source>'{0}', the file '{1}': {2}</source><translation>'{0}', die Datei '{1}': {2}</translation></message>
<message><source>'{0}': {1} is not a pattern: {2}.</source><translation>'{0}': {1} ist kein Muster: {2}.</translation></message>
<message><source>'{0}.format' must be one of {1}, not {2}.</source><translation>'{0}.format' muss eines von {1} sein, nicht {2}.</translation></message>
<message><source>'{0}.match' has nothing to compare with.</source><translation>'{0}.match' hat nichts zum Vergleichen.</translation></message>
<message><source>'{0}.types' must be an object of texts, not {1}.</source><translation>'{0}.types' muss ein Objekt aus Texten sein, nicht {1}.</translation></message>
<message><source>'{0}.when' must be a condition, not {1}.</source><translation>'{0}.when' muss eine Bedingung sein, nicht {1}.</translation></message>
<message><source>'{0}.{1}' must be a whole number from 0, not {2}.</source><translation>'{0}.{1}' muss eine ganze Zahl ab 0 sein, nicht {2}.</translation></message>
<message><source>**What it shows**: a foreach whose items run in several processes at a time, each with a timeout. A picture that cannot be read fails its item with the line of the code.</source><translation>**Was er zeigt**: eine Schleife, deren Elemente zu mehreren gleichzeitig in Prozessen laufen, jedes mit einer Zeitgrenze. Ein Bild, das nicht gelesen werden kann, lässt sein Element scheitern und nennt die Zeile im Code.</translation></message>
<message><source>**What it shows**: a rate limit that all requests share, and a cache in front of it: a name that was asked before costs no request. `floworch demo api-polling` starts the API.</source><translation>**Was er zeigt**: eine Ratenbegrenzung, die sich alle Anfragen teilen, und einen Zwischenspeicher davor: Ein Name, nach dem schon gefragt wurde, kostet keine Anfrage. `floworch demo api-polling` startet die API.</translation></message>
<message><source>**What it shows**: a workflow called for each item. Every call is a run of its own, to be looked at, paused and resumed.</source><translation>**Was er zeigt**: einen Workflow, der für jedes Element aufgerufen wird. Jeder Aufruf ist ein eigener Lauf, den man ansehen, pausieren und fortsetzen kann.</translation></message>
<message><source>**What it shows**: checks before and after, and a compensation: when the check after fails, the saga puts the copy back.</source><translation>**Was er zeigt**: Prüfungen vorher und nachher, und eine Rücknahme: Scheitert die Prüfung danach, so spielt die Saga die Kopie zurück.</translation></message>
<message><source>**What it shows**: one result read by two branches that join again. Point *mailbox* at an mbox file of your own.</source><translation>**Was er zeigt**: ein Ergebnis, das zwei Zweige lesen, die wieder zusammenlaufen. Geben Sie bei *mailbox* eine eigene mbox-Datei an.</translation></message>
<message><source>**What it shows**: rows of a query as items, failed items collected instead of ending the run, and results back in a table.</source><translation>**Was er zeigt**: Zeilen einer Abfrage als Elemente, gescheiterte Elemente, die gesammelt werden, statt den Lauf zu beenden, und Ergebnisse, die wieder in eine Tabelle gehen.</translation></message>
<message><source>, after {0}</source><translation>, nach {0}</translation></message>
<message><source>, each up to {jitter:.0%} shorter or longer</source><translation>, jede bis zu {jitter:.0%} kürzer oder länger</translation></message>
<message><source>, {left} of them placeholders to replace.</source><translation>, davon {left} Platzhalter, die zu ersetzen sind.</translation></message>
<message><source>, {n} failed</source><translation>, {n} fehlgeschlagen</translation></message>
<message><source>0 at most once, 1 at least once, 2 exactly once; with 1 and 2 the broker has confirmed it.</source><translation>0 höchstens einmal, 1 mindestens einmal, 2 genau einmal; bei 1 und 2 hat der Broker den Empfang bestätigt.</translation></message>
<message><source>0 gives the likeliest answer; the higher, the wilder, for most models up to 2.</source><translation>0 gibt die wahrscheinlichste Antwort; je höher, desto freier, bei den meisten Modellen bis 2.</translation></message>
<message><source>00:00.0 of 00:00.0</source><translation>00:00,0 von 00:00,0</translation></message>
<message><source>1 attempt</source><translation>1 Versuch</translation></message>
<message><source>1 change beside the nodes</source><translation>1 Änderung neben den Knoten</translation></message>
<message><source>1 edge added</source><translation>1 Verbindung hinzugefügt</translation></message>
<message><source>1 edge removed</source><translation>1 Verbindung entfernt</translation></message>
<message><source>1 error keeps it from running</source><translation>1 Fehler steht dem Lauf im Weg</translation></message>
<message><source>1 input differs</source><translation>1 Eingabe unterscheidet sich</translation></message>
<message><source>1 item</source><translation>1 Element</translation></message>
<message><source>1 more run waits for an answer</source><translation>1 weiterer Lauf wartet auf eine Antwort</translation></message>
<message><source>1 more run was interrupted</source><translation>1 weiterer Lauf wurde unterbrochen</translation></message>
<message><source>1 more step</source><translation>1 weiterer Schritt</translation></message>
<message><source>1 node</source><translation>1 Knoten</translation></message>
<message><source>1 node added</source><translation>1 Knoten hinzugefügt</translation></message>
<message><source>1 node changed</source><translation>1 Knoten geändert</translation></message>
<message><source>1 node inside</source><translation>1 Knoten darin</translation></message>
<message><source>1 node moved</source><translation>1 Knoten verschoben</translation></message>
<message><source>1 node removed</source><translation>1 Knoten entfernt</translation></message>
<message><source>1 node runs</source><translation>1 Knoten läuft</translation></message>
<message><source>1 node that was moved meanwhile stays there</source><translation>1 inzwischen verschobener Knoten bleibt an seinem Platz</translation></message>
<message><source>1 problem</source><translation>1 Problem</translation></message>
<message><source>1 run</source><translation>1 Lauf</translation></message>
<message><source>1 run removed</source><translation>1 Lauf entfernt</translation></message>
<message><source>1 step that is done is undone.</source><translation>1 erledigter Schritt wird zurückgenommen.</translation></message>
<message><source>1 thing was not converted.</source><translation>1 Stelle wurde nicht übernommen.</translation></message>
<message><source>1 use</source><translation>1 Stelle</translation></message>
<message><source>1 value last</source><translation>zuletzt 1 Wert</translation></message>
<message><source>1 wire</source><translation>1 Verbindung</translation></message>
<message><source>100 %</source><translation>100 %</translation></message>
<message><source>125 %</source><translation>125 %</translation></message>
<message><source>126 means that the shell found the program but may not run it: check its permissions.</source><translation>126 heißt, dass die Shell das Programm fand, es aber nicht ausführen darf: Prüfen Sie seine Zugriffsrechte.</translation></message>
<message><source>127 means that the shell did not find a program: check its name and the PATH.</source><translation>127 heißt, dass die Shell ein Programm nicht fand: Prüfen Sie seinen Namen und PATH.</translation></message>
<message><source>150 %</source><translation>150 %</translation></message>
<message><source>200 %</source><translation>200 %</translation></message>
<message><source>: there was no answer</source><translation>: Es kam keine Antwort</translation></message>
<message><source>; and {0} more</source><translation>; und {0} weitere</translation></message>
<message><source>; call it, or give its result</source><translation>; rufen Sie es auf, oder geben Sie sein Ergebnis</translation></message>
<message><source>; decode bytes with errors='replace' instead of 'surrogateescape'</source><translation>; dekodieren Sie Bytes mit errors='replace' statt 'surrogateescape'</translation></message>
<message><source>; its pin is for runs of a part</source><translation>; seine angeheftete Ausgabe gilt für Läufe eines Teils</translation></message>
<message><source>; use a list</source><translation>; nehmen Sie eine Liste</translation></message>
<message><source>; use a list, for example sorted(...)</source><translation>; nehmen Sie eine Liste, zum Beispiel sorted(...)</translation></message>
<message><source>; use list(...)</source><translation>; nehmen Sie list(...)</translation></message>
<message><source>; use str(...)</source><translation>; nehmen Sie str(...)</translation></message>
<message><source>; use text, numbers, lists and dictionaries</source><translation>; nehmen Sie Text, Zahlen, Listen und Objekte</translation></message>
<message><source>; write 'await' in front of the call that gave it</source><translation>; vor den Aufruf, der das gab, gehört 'await'</translation></message>
<message><source>&lt;{0} items in {1} parts&gt;</source><translation>&lt;{0} Elemente in {1} Teilen&gt;</translation></message>
<message><source>A SELECT; write :name where a value of 'params' belongs.</source><translation>Ein SELECT; schreiben Sie :name, wo ein Wert aus 'params' hingehört.</translation></message>
<message><source>A Workflow is wanted here, not {0}.</source><translation>Hier wird ein Workflow gebraucht, nicht {0}.</translation></message>
<message><source>A body in a worker process cannot ask for another attempt.</source><translation>Ein Rumpf in einem Arbeitsprozess kann keinen weiteren Versuch verlangen.</translation></message>
<message><source>A body in a worker process cannot call another workflow.</source><translation>Ein Rumpf in einem Arbeitsprozess kann keinen anderen Workflow aufrufen.</translation></message>
<message><source>A body in a worker process cannot run another action.</source><translation>Ein Rumpf in einem Arbeitsprozess kann keine andere Aktion ausführen.</translation></message>
<message><source>A bundle is made of a definition in a file.</source><translation>Ein Bündel wird aus einer Definition in einer Datei gemacht.</translation></message>
<message><source>A click shows what it would do with the edited one, and lets it go over to that.</source><translation>Ein Klick zeigt, was er mit der bearbeiteten täte, und lässt ihn zu ihr übergehen.</translation></message>
<message><source>A condition is an expression or a function of the context, not {0}.</source><translation>Eine Bedingung ist ein Ausdruck oder eine Funktion des Kontexts, nicht {0}.</translation></message>
<message><source>A condition is an expression, true or false, not {0}.</source><translation>Eine Bedingung ist ein Ausdruck, true oder false, nicht {0}.</translation></message>
<message><source>A condition that sees item, such as item.amount &gt; 100; braces may be left out. Inside a foreach, the item of that is outer.item.</source><translation>Eine Bedingung, die item sieht, etwa item.amount &gt; 100; Klammern sind entbehrlich. In einem foreach ist dessen Element outer.item.</translation></message>
<message><source>A condition: an expression that gives true or false, braces optional.</source><translation>Eine Bedingung: ein Ausdruck, der true oder false gibt; Klammern sind entbehrlich.</translation></message>
<message><source>A connection of the type {0} has no {1}.</source><translation>Eine Verbindung der Art {0} hat kein {1}.</translation></message>
<message><source>A connection of the type {0} needs {1}.</source><translation>Eine Verbindung der Art {0} braucht {1}.</translation></message>
<message><source>A control message announces {0} bytes; 1 to {1} are allowed here.</source><translation>Eine Steuernachricht kündigt {0} Bytes an; 1 bis {1} sind hier erlaubt.</translation></message>
<message><source>A control message cannot be read: {0}</source><translation>Eine Steuernachricht ist nicht zu lesen: {0}</translation></message>
<message><source>A definition cannot hold {0}: it has a function or another object of Python in it, or two conditions.</source><translation>Eine Definition kann {0} nicht enthalten: Darin ist eine Funktion oder ein anderes Objekt von Python, oder zwei Bedingungen.</translation></message>
<message><source>A definition is a JSON object, not {0}.</source><translation>Eine Definition ist ein JSON-Objekt, nicht {0}.</translation></message>
<message><source>A field of the left rows, or an expression that sees item.</source><translation>Ein Feld der linken Zeilen oder ein Ausdruck, der item sieht.</translation></message>
<message><source>A field, or an expression that sees item; empty is the item.</source><translation>Ein Feld oder ein Ausdruck, der item sieht; leer ist es das Element selbst.</translation></message>
<message><source>A file is named by its path, not by {0}.</source><translation>Eine Datei wird mit ihrem Pfad genannt, nicht mit {0}.</translation></message>
<message><source>A file of any size that is sent as the body, in pieces.</source><translation>Eine Datei beliebiger Größe, die stückweise als Inhalt gesendet wird.</translation></message>
<message><source>A file, a folder, a pattern such as build/**/*.tmp, or a list of paths. A relative path starts in the folder the run was started in.</source><translation>Eine Datei, ein Ordner, ein Muster wie build/**/*.tmp oder eine Liste von Pfaden. Ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde.</translation></message>
<message><source>A file, a folder, a pattern such as data/**/*.csv, or a list of paths. A relative path starts in the folder the run was started in. A folder is taken with everything in it.</source><translation>Eine Datei, ein Ordner, ein Muster wie data/**/*.csv oder eine Liste von Pfaden. Ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde. Ein Ordner wird mit allem genommen, was darin ist.</translation></message>
<message><source>A file, a folder, or a pattern such as inbox/*.csv; a relative path starts in the folder the run was started in.</source><translation>Eine Datei, ein Ordner oder ein Muster wie inbox/*.csv; ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde.</translation></message>
<message><source>A function of the script that was started is found only by that script: move it into a module.</source><translation>Eine Funktion des gestarteten Skripts findet nur dieses Skript: Legen Sie sie in ein Modul.</translation></message>
<message><source>A header holds a line break.</source><translation>Eine Kopfzeile enthält einen Zeilenumbruch.</translation></message>
<message><source>A header is one line; use the filter 'trim' on values that end with a line break.</source><translation>Eine Kopfzeile ist eine Zeile; nehmen Sie für Werte, die mit einem Zeilenumbruch enden, den Filter 'trim'.</translation></message>
<message><source>A key below 'url', or for all but put a pattern such as 2026/*.csv; one that ends with / means all below it, and empty all. For put, a folder when it is empty, ends with / or several files are sent.</source><translation>Ein Schlüssel unter 'url' oder, außer bei put, ein Muster wie 2026/*.csv; endet er mit /, ist alles darunter gemeint, leer alles. Bei put ein Ordner, wenn er leer ist, mit / endet oder mehrere Dateien gesendet werden.</translation></message>
<message><source>A keymap is an object of actions and their keys.</source><translation>Eine Tastenbelegung ist ein Objekt aus Aktionen und ihren Tasten.</translation></message>
<message><source>A larger answer is refused, in MiB; http.download takes any size.</source><translation>Eine größere Antwort wird abgelehnt, in MiB; http.download nimmt jede Größe.</translation></message>
<message><source>A larger feed is refused, in MiB.</source><translation>Ein größerer Feed wird abgelehnt, in MiB.</translation></message>
<message><source>A layer is a function, or made by one such as retry(3), not {0}. {1}</source><translation>Eine Schicht ist eine Funktion, oder von einer wie retry(3) gemacht, nicht {0}. {1}</translation></message>
<message><source>A list of objects, or a reference to a table, which is read in batches, once for its types and once to write; a column that a row leaves out is null in it.</source><translation>Eine Liste von Objekten oder ein Verweis auf eine Tabelle, die in Stapeln gelesen wird, einmal für die Typen und einmal zum Schreiben; eine Spalte, die einer Zeile fehlt, ist darin null.</translation></message>
<message><source>A list of objects, or a reference to a table.</source><translation>Eine Liste von Objekten oder ein Verweis auf eine Tabelle.</translation></message>
<message><source>A list of objects, or with result: table a reference to the Parquet file that holds them.</source><translation>Eine Liste von Objekten, oder mit result: table ein Verweis auf die Parquet-Datei, die sie enthält.</translation></message>
<message><source>A list, or a reference to a table, to check item by item instead.</source><translation>Stattdessen eine Liste oder ein Verweis auf eine Tabelle, um Element für Element zu prüfen.</translation></message>
<message><source>A list, or a reference to a table, which is read in batches.</source><translation>Eine Liste oder ein Verweis auf eine Tabelle, die in Stapeln gelesen wird.</translation></message>
<message><source>A list, or a reference to a table, which is sorted outside the memory where it is large.</source><translation>Eine Liste oder ein Verweis auf eine Tabelle, die außerhalb des Arbeitsspeichers sortiert wird, wenn sie groß ist.</translation></message>
<message><source>A list, or a reference to a table; in the body, 'item' is the current one and 'index' its number from 0.</source><translation>Eine Liste oder ein Verweis auf eine Tabelle; im Rumpf ist 'item' das aktuelle Element und 'index' seine Nummer ab 0.</translation></message>
<message><source>A message of {0} bytes is larger than the control channel allows ({1}).</source><translation>Eine Nachricht von {0} Bytes ist größer, als der Steuerkanal erlaubt ({1}).</translation></message>
<message><source>A middleware is a name, an object with 'use', or a layer such as retry(3), not {0}.</source><translation>Eine Middleware ist ein Name, ein Objekt mit 'use' oder eine Schicht wie retry(3), nicht {0}.</translation></message>
<message><source>A middleware is a name, an object with 'use', or a layer such as retry(3), not {{}}.</source><translation>Eine Middleware ist ein Name, ein Objekt mit 'use' oder eine Schicht wie retry(3), nicht {{}}.</translation></message>
<message><source>A middleware needs a name.</source><translation>Eine Middleware braucht einen Namen.</translation></message>
<message><source>A missing source is fine</source><translation>Quelle darf fehlen</translation></message>
<message><source>A name is needed.</source><translation>Ein Name ist nötig.</translation></message>
<message><source>A new access token for the connection {0}.</source><translation>Ein neues Zugriffstoken für die Verbindung {0}.</translation></message>
<message><source>A new run, which takes over what was done.</source><translation>Ein neuer Lauf, der übernimmt, was schon getan ist.</translation></message>
<message><source>A new run.</source><translation>Ein neuer Lauf.</translation></message>
<message><source>A node cannot follow itself.</source><translation>Ein Knoten kann nicht auf sich selbst folgen.</translation></message>
<message><source>A part of '{0}' is a file, not a folder.</source><translation>Ein Teil von '{0}' ist eine Datei, kein Ordner.</translation></message>
<message><source>A password stands in {0}.</source><translation>In {0} steht ein Passwort.</translation></message>
<message><source>A path there, or for all but put a pattern such as dumps/*.gz; list also takes a folder. For put, a folder when it ends with / or several files are sent.</source><translation>Ein Pfad dort oder, außer bei put, ein Muster wie dumps/*.gz; list nimmt auch einen Ordner. Bei put ein Ordner, wenn er mit / endet oder mehrere Dateien gesendet werden.</translation></message>
<message><source>A path, or an address that begins with http, https or mailto.</source><translation>Ein Pfad oder eine Adresse, die mit http, https oder mailto beginnt.</translation></message>
<message><source>A process can be stopped at any time; a thread finishes what it does. A cluster is one of Dask.</source><translation>Ein Prozess lässt sich jederzeit stoppen; ein Thread führt zu Ende, was er tut. Ein Cluster ist einer von Dask.</translation></message>
<message><source>A purchase that one person approves, and a second one above a limit; the run waits for days without a process.</source><translation>Ein Einkauf, den eine Person genehmigt und über einer Grenze eine zweite; der Lauf wartet tagelang ohne einen Prozess.</translation></message>
<message><source>A query reads the tables that are listed in 'tables' and nothing else.</source><translation>Eine Abfrage liest die Tabellen, die in 'tables' stehen, und sonst nichts.</translation></message>
<message><source>A request to the engine process lacks its argument {0}.</source><translation>Einer Anfrage an den Prozess der Engine fehlt das Argument {0}.</translation></message>
<message><source>A result of more rows is an error: a key that repeats on both sides multiplies.</source><translation>Ein Ergebnis mit mehr Zeilen ist ein Fehler: Ein Schlüssel, der sich auf beiden Seiten wiederholt, vervielfacht sie.</translation></message>
<message><source>A retry among the layers of a compensation does nothing.</source><translation>Ein Neuversuch unter den Schichten einer Kompensation bewirkt nichts.</translation></message>
<message><source>A row for it</source><translation>Eine Zeile dafür</translation></message>
<message><source>A row has a column without a name.</source><translation>Eine Zeile hat eine Spalte ohne Namen.</translation></message>
<message><source>A run id starts with a letter or digit and has up to 128 letters, digits, dots, underscores and hyphens.</source><translation>Die Kennung eines Laufs beginnt mit einem Buchstaben oder einer Ziffer und hat bis zu 128 Buchstaben, Ziffern, Punkte, Unter- und Bindestriche.</translation></message>
<message><source>A run is going on</source><translation>Ein Lauf ist im Gange</translation></message>
<message><source>A run is going on here. Run again when it has ended.</source><translation>Hier ist ein Lauf im Gange. Führen Sie noch einmal aus, wenn er beendet ist.</translation></message>
<message><source>A run keeps its definition: what you edit counts from the next run on.</source><translation>Ein Lauf behält seine Definition: Was Sie bearbeiten, gilt ab dem nächsten Lauf.</translation></message>
<message><source>A run may have {0} tags; these are {1}.</source><translation>Ein Lauf darf {0} Schlagworte haben; das sind {1}.</translation></message>
<message><source>A run starts at a trigger: nothing leads to it.</source><translation>Ein Lauf beginnt an einem Auslöser: Nichts führt zu ihm.</translation></message>
<message><source>A run's name may have {0} characters; this one has {1}.</source><translation>Der Name eines Laufs darf {0} Zeichen haben; dieser hat {1}.</translation></message>
<message><source>A script needs a first line such as #!/bin/sh; or give the command as text.</source><translation>Ein Skript braucht eine erste Zeile wie #!/bin/sh; oder geben Sie den Befehl als Text.</translation></message>
<message><source>A secret</source><translation>Ein Geheimnis</translation></message>
<message><source>A secret must be text, but the expression gives {0}.</source><translation>Ein Geheimnis muss Text sein, aber der Ausdruck ergibt {0}.</translation></message>
<message><source>A stopped run cannot be resumed, a paused one can.</source><translation>Ein gestoppter Lauf geht nicht weiter, ein pausierter schon.</translation></message>
<message><source>A store in a directory does.</source><translation>Ein Speicher in einem Verzeichnis tut das.</translation></message>
<message><source>A store is an object, not the class {0}.</source><translation>Ein Speicher ist ein Objekt, nicht die Klasse {0}.</translation></message>
<message><source>A store is an object, not {0}.</source><translation>Ein Speicher ist ein Objekt, nicht {0}.</translation></message>
<message><source>A store needs the path of its folder, not {0}.</source><translation>Ein Speicher braucht den Pfad seines Ordners, nicht {0}.</translation></message>
<message><source>A table is a list of objects.</source><translation>Eine Tabelle ist eine Liste von Objekten.</translation></message>
<message><source>A tag is one word of at most {0} characters.</source><translation>Ein Schlagwort ist ein Wort von höchstens {0} Zeichen.</translation></message>
<message><source>A template of {0} characters has more than {1} elif in a row.</source><translation>Eine Vorlage von {0} Zeichen hat mehr als {1} elif hintereinander.</translation></message>
<message><source>A text for the login shell there; a list is quoted so that nothing in it has a special meaning. Close each expression in a text with | quote, without quotes around it: echo {{ item.name | quote }}. Else the shell runs commands in what it gives.</source><translation>Ein Text für die dortige Login-Shell; eine Liste wird so maskiert, dass nichts darin eine besondere Bedeutung hat. Schließen Sie jeden Ausdruck in einem Text mit | quote ab, ohne Anführungszeichen darum: echo {{ item.name | quote }}. Sonst führt die Shell Befehle aus, die in seinem Wert stehen.</translation></message>
<message><source>A text is given to the shell; a list, such as ["git", "log"], is started directly, so that nothing in its arguments has a special meaning. Close each expression in a text with | quote, without quotes around it: echo {{ item.name | quote }}. Else the shell runs commands in what it gives.</source><translation>Ein Text wird der Shell übergeben; eine Liste wie ["git", "log"] wird direkt gestartet, sodass nichts in ihren Argumenten eine besondere Bedeutung hat. Schließen Sie jeden Ausdruck in einem Text mit | quote ab, ohne Anführungszeichen darum: echo {{ item.name | quote }}. Sonst führt die Shell Befehle aus, die in seinem Wert stehen.</translation></message>
<message><source>A token is needed: Authorization: Bearer TOKEN.</source><translation>Ein Token wird gebraucht: Authorization: Bearer TOKEN.</translation></message>
<message><source>A trigger started {run}</source><translation>Ein Auslöser hat {run} gestartet</translation></message>
<message><source>A value holds itself, or is nested too deep to be written.</source><translation>Ein Wert enthält sich selbst oder ist zu tief verschachtelt, um geschrieben zu werden.</translation></message>
<message><source>A value is needed.</source><translation>Hier fehlt ein Wert.</translation></message>
<message><source>A value is required for bind parameter {0}</source><translation>für den Parameter {0} fehlt ein Wert</translation></message>
<message><source>A value of 'params' is an integer that the database cannot hold.</source><translation>Ein Wert von 'params' ist eine ganze Zahl, die die Datenbank nicht fasst.</translation></message>
<message><source>A value of type {0} cannot be used in an expression.</source><translation>Ein Wert vom Typ {0} lässt sich in einem Ausdruck nicht verwenden.</translation></message>
<message><source>A value sent as JSON.</source><translation>Ein Wert, der als JSON gesendet wird.</translation></message>
<message><source>A value, sent as JSON; text and bytes are sent as they are.</source><translation>Ein Wert, der als JSON gesendet wird; Text und Bytes gehen, wie sie sind.</translation></message>
<message><source>A wire across the border of the container was removed. Ctrl+Z takes it back.</source><translation>Eine Verbindung über den Rand des Containers wurde entfernt. Strg+Z nimmt es zurück.</translation></message>
<message><source>A {0} is no store: it has no {1}.</source><translation>{0} ist kein Speicher: {1} fehlt.</translation></message>
<message><source>AI endpoint</source><translation>KI-Endpunkt</translation></message>
<message><source>API key</source><translation>API-Schlüssel</translation></message>
<message><source>API polling</source><translation>API-Abfrage</translation></message>
<message><source>About Flow Orchestrator</source><translation>Über Flow Orchestrator</translation></message>
<message><source>Above the limit?</source><translation>Über der Grenze?</translation></message>
<message><source>Above this much duplicated data a person is asked before the report is written.</source><translation>Gibt es mehr doppelte Daten als so viel, wird eine Person gefragt, bevor der Bericht geschrieben wird.</translation></message>
<message><source>Access key</source><translation>Zugriffsschlüssel</translation></message>
<message><source>Access key ID</source><translation>ID des Zugriffsschlüssels</translation></message>
<message><source>Action</source><translation>Aktion</translation></message>
<message><source>Action instead</source><translation>Ersatzaktion</translation></message>
<message><source>Action to run instead of giving a value, by its id.</source><translation>Aktion, die ausgeführt wird, statt einen Wert zu geben, als Kennung.</translation></message>
<message><source>Actions and middleware</source><translation>Aktionen und Middleware</translation></message>
<message><source>Actions and their shortcuts</source><translation>Aktionen und ihre Tastenkürzel</translation></message>
<message><source>Activate</source><translation>Aktivieren</translation></message>
<message><source>Activate its triggers</source><translation>Seine Auslöser aktivieren</translation></message>
<message><source>Activate its triggers…</source><translation>Seine Auslöser aktivieren …</translation></message>
<message><source>Active</source><translation>Aktiv</translation></message>
<message><source>Active, but something is wrong</source><translation>Aktiv, aber etwas stimmt nicht</translation></message>
<message><source>Add a case, or give 'default' a port.</source><translation>Fügen Sie einen Fall hinzu, oder geben Sie 'default' einen Ausgang.</translation></message>
<message><source>Add a comment</source><translation>Kommentar hinzufügen</translation></message>
<message><source>Add a knot to the wire</source><translation>Der Verbindung einen Knick geben</translation></message>
<message><source>Add a node (Tab)</source><translation>Knoten hinzufügen (Tab)</translation></message>
<message><source>Add a node with an action such as trigger.schedule.</source><translation>Fügen Sie einen Knoten mit einer Aktion wie trigger.schedule hinzu.</translation></message>
<message><source>Add a note (Shift+S)</source><translation>Notiz hinzufügen (Umschalt+S)</translation></message>
<message><source>Add after “{source}” …</source><translation>Nach „{source}“ hinzufügen …</translation></message>
<message><source>Add an action</source><translation>Aktion hinzufügen</translation></message>
<message><source>Add an action …</source><translation>Aktion hinzufügen …</translation></message>
<message><source>Add and connect</source><translation>Hinzufügen und verbinden</translation></message>
<message><source>Add at least one node.</source><translation>Fügen Sie mindestens einen Knoten hinzu.</translation></message>
<message><source>Add before “{target}” …</source><translation>Vor „{target}“ hinzufügen …</translation></message>
<message><source>Add between “{source}” and “{target}” …</source><translation>Zwischen „{source}“ und „{target}“ hinzufügen …</translation></message>
<message><source>Add entry</source><translation>Eintrag hinzufügen</translation></message>
<message><source>Add it.</source><translation>Ergänzen Sie es.</translation></message>
<message><source>Add item</source><translation>Element hinzufügen</translation></message>
<message><source>Add knot</source><translation>Knick hinzufügen</translation></message>
<message><source>Add middleware</source><translation>Middleware hinzufügen</translation></message>
<message><source>Add middleware to all</source><translation>Middleware zu allen hinzufügen</translation></message>
<message><source>Add node</source><translation>Knoten hinzufügen</translation></message>
<message><source>Add node…</source><translation>Knoten hinzufügen …</translation></message>
<message><source>Add note</source><translation>Notiz hinzufügen</translation></message>
<message><source>Add one: floworch cluster add NAME tcp://host:8786</source><translation>Fügen Sie einen hinzu: floworch cluster add NAME tcp://host:8786</translation></message>
<message><source>Add the node or change the expression.</source><translation>Fügen Sie den Knoten hinzu, oder ändern Sie den Ausdruck.</translation></message>
<message><source>Add the node or remove the edge.</source><translation>Fügen Sie den Knoten hinzu, oder entfernen Sie die Verbindung.</translation></message>
<message><source>Add the status to 'ok_status' to accept it.</source><translation>Nehmen Sie den Status in 'ok_status' auf, um ihn anzunehmen.</translation></message>
<message><source>Add up</source><translation>Zusammenzählen</translation></message>
<message><source>Add {0} at character {1}, after {2}.</source><translation>Bei Zeichen {1} fehlt {0}, nach {2}.</translation></message>
<message><source>Add {0} at character {1}.</source><translation>Bei Zeichen {1} fehlt {0}.</translation></message>
<message><source>Add {0}.</source><translation>Ergänzen Sie {0}.</translation></message>
<message><source>Add {0}=...</source><translation>Ergänzen Sie {0}=...</translation></message>
<message><source>Add {0}{1}{2}.</source><translation>Ergänzen Sie {0}{1}{2}.</translation></message>
<message><source>Add {title}</source><translation>{title} hinzufügen</translation></message>
<message><source>Add {use}</source><translation>{use} hinzufügen</translation></message>
<message><source>Add {word}</source><translation>{word} hinzufügen</translation></message>
<message><source>Add “| quote”</source><translation>„| quote“ anfügen</translation></message>
<message><source>Added</source><translation>Hinzugefügt</translation></message>
<message><source>Additional properties are not allowed ({0} was unexpected)</source><translation>zusätzliche Eigenschaften sind nicht erlaubt ({0} wurde nicht erwartet)</translation></message>
<message><source>Address</source><translation>Adresse</translation></message>
<message><source>Address already in use</source><translation>Adresse wird schon benutzt</translation></message>
<message><source>Address of an OpenAI-compatible interface, such as https://api.openai.com/v1 or http://127.0.0.1:11434/v1.</source><translation>Adresse einer OpenAI-kompatiblen Schnittstelle, etwa https://api.openai.com/v1 oder http://127.0.0.1:11434/v1.</translation></message>
<message><source>Address of the API</source><translation>Adresse der API</translation></message>
<message><source>Address of the feed; http or https.</source><translation>Adresse des Feeds; http oder https.</translation></message>
<message><source>Address of the service</source><translation>Adresse des Dienstes</translation></message>
<message><source>Address of the service, when it is not that of Amazon.</source><translation>Adresse des Dienstes, wenn es nicht der von Amazon ist.</translation></message>
<message><source>Address of tokens</source><translation>Adresse für Token</translation></message>
<message><source>Addresses begin with http://, https:// or mailto:.</source><translation>Adressen beginnen mit http://, https:// oder mailto:.</translation></message>
<message><source>After</source><translation>Danach</translation></message>
<message><source>After the last round</source><translation>Nach der letzten Runde</translation></message>
<message><source>Algorithm</source><translation>Verfahren</translation></message>
<message><source>Align</source><translation>Ausrichten</translation></message>
<message><source>Align and distribute (Alt+A)</source><translation>Ausrichten und verteilen (Alt+A)</translation></message>
<message><source>Align bottoms</source><translation>Unten ausrichten</translation></message>
<message><source>Align centres</source><translation>Waagrecht zentrieren</translation></message>
<message><source>Align left</source><translation>Links ausrichten</translation></message>
<message><source>Align middles</source><translation>Senkrecht zentrieren</translation></message>
<message><source>Align right</source><translation>Rechts ausrichten</translation></message>
<message><source>Align tops</source><translation>Oben ausrichten</translation></message>
<message><source>Align {side}</source><translation>Ausrichten: {side}</translation></message>
<message><source>All but the newest 20 of each workflow</source><translation>Alle bis auf die neuesten 20 jedes Workflows</translation></message>
<message><source>All items</source><translation>Alle Elemente</translation></message>
<message><source>All statuses</source><translation>Alle Zustände</translation></message>
<message><source>All there?</source><translation>Alle da?</translation></message>
<message><source>Also across runs</source><translation>Auch über Läufe hinweg</translation></message>
<message><source>Alt + Shift + drag, Ctrl + right drag</source><translation>Alt + Umschalt + ziehen, Strg + rechts ziehen</translation></message>
<message><source>Alt + click it</source><translation>Alt + Klick darauf</translation></message>
<message><source>Alt + click it, with Ctrl</source><translation>Alt + Klick darauf, mit Strg</translation></message>
<message><source>Alt + drag</source><translation>Alt + Ziehen</translation></message>
<message><source>An Excel sheet holds {0} rows, but there are {1}.</source><translation>Ein Excel-Blatt fasst {0} Zeilen, es sind aber {1}.</translation></message>
<message><source>An action must be a function or an action id, not {0}.</source><translation>Eine Aktion muss eine Funktion oder die Kennung einer Aktion sein, nicht {0}.</translation></message>
<message><source>An earlier version, read only. What you edit is unchanged.</source><translation>Eine frühere Fassung, nur zum Lesen. Was Sie bearbeiten, ist unverändert.</translation></message>
<message><source>An edge leads to the trigger {0}, where a run starts.</source><translation>Eine Verbindung führt zum Auslöser {0}, an dem ein Lauf beginnt.</translation></message>
<message><source>An empty workflow</source><translation>Ein leerer Workflow</translation></message>
<message><source>An event of {0} bytes is over the journal's limit of {1} bytes (event number {2}).</source><translation>Ein Ereignis von {0} Bytes ist über der Grenze des Journals von {1} Bytes (Ereignis Nummer {2}).</translation></message>
<message><source>An event of {0} bytes is over the journal's limit of {1} bytes (number {2}).</source><translation>Ein Ereignis von {0} Bytes ist über der Grenze des Journals von {1} Bytes (Nummer {2}).</translation></message>
<message><source>An expression of {0} characters is nested too deep: it may have {1} operators, lookups and filters in a row.</source><translation>Ein Ausdruck von {0} Zeichen ist zu tief verschachtelt: Er darf {1} Operatoren, Zugriffe und Filter hintereinander haben.</translation></message>
<message><source>An expression such as  nodes.fetch.output.count &gt; 10. Empty: always.</source><translation>Ein Ausdruck wie  nodes.fetch.output.count &gt; 10. Leer: immer.</translation></message>
<message><source>An expression that gives true or false.</source><translation>Ein Ausdruck, der true oder false gibt.</translation></message>
<message><source>An expression; the layer is left out while it is false.</source><translation>Ein Ausdruck; solange er falsch ist, entfällt die Schicht.</translation></message>
<message><source>An integer of more than {0} digits cannot be used.</source><translation>Eine ganze Zahl mit mehr als {0} Stellen lässt sich nicht verwenden.</translation></message>
<message><source>An object in the file</source><translation>Ein Objekt in der Datei</translation></message>
<message><source>An object to combine instead, by name; without it, the outputs of the nodes that lead here.</source><translation>Stattdessen ein Objekt, dessen Werte mit Namen verbunden werden; ohne es die Ausgaben der Knoten, die hierher führen.</translation></message>
<message><source>Another window is open already; it keeps the tabs of last time.</source><translation>Es ist schon ein Fenster offen; es behält die Tabs vom letzten Mal.</translation></message>
<message><source>Answer in JSON</source><translation>Antwort als JSON</translation></message>
<message><source>Answer the question above the canvas first</source><translation>Zuerst die Frage über der Zeichenfläche beantworten</translation></message>
<message><source>Answer the question above the canvas first: only you can know whether the step took effect.</source><translation>Beantworten Sie zuerst die Frage über der Zeichenfläche: Nur Sie können wissen, ob der Schritt gewirkt hat.</translation></message>
<message><source>Answer the web request that started this run; the run goes on.</source><translation>Die Webanfrage beantworten, die diesen Lauf startete; der Lauf geht weiter.</translation></message>
<message><source>Answer web request</source><translation>Web-Anfrage beantworten</translation></message>
<message><source>Answered</source><translation>Beantwortet</translation></message>
<message><source>Answered: {names}</source><translation>Beantwortet: {names}</translation></message>
<message><source>Answers go to</source><translation>Antworten an</translation></message>
<message><source>Any trouble?</source><translation>Störungen?</translation></message>
<message><source>Appearance</source><translation>Darstellung</translation></message>
<message><source>Approval chain</source><translation>Genehmigungskette</translation></message>
<message><source>Approve</source><translation>Genehmigen</translation></message>
<message><source>Approve at once without asking, for runs that nobody watches.</source><translation>Sofort genehmigen, ohne zu fragen; für Läufe, die niemand beobachtet.</translation></message>
<message><source>Approve without asking</source><translation>Ohne Rückfrage genehmigen</translation></message>
<message><source>Approved</source><translation>Genehmigt</translation></message>
<message><source>Approved automatically: 'auto' is set.</source><translation>Automatisch genehmigt: 'auto' ist gesetzt.</translation></message>
<message><source>Arguments</source><translation>Argumente</translation></message>
<message><source>Arrange</source><translation>Anordnen</translation></message>
<message><source>Arrange everything</source><translation>Alles anordnen</translation></message>
<message><source>Arranging {count:,} nodes …</source><translation>{count:,} Knoten werden angeordnet …</translation></message>
<message><source>Arrow keys</source><translation>Pfeiltasten</translation></message>
<message><source>As before</source><translation>Wie zuvor</translation></message>
<message><source>As it is edited now</source><translation>Wie sie jetzt bearbeitet ist</translation></message>
<message><source>As it is on the disk</source><translation>Wie er auf dem Datenträger steht</translation></message>
<message><source>As it ran</source><translation>Wie sie ausgeführt wurde</translation></message>
<message><source>As the system</source><translation>Wie das System</translation></message>
<message><source>Ask</source><translation>Fragen</translation></message>
<message><source>Ask AI model</source><translation>KI-Modell fragen</translation></message>
<message><source>Ask a database again and again until its first row fits.</source><translation>Eine Datenbank wieder und wieder fragen, bis ihre erste Zeile passt.</translation></message>
<message><source>Ask a language model behind an OpenAI-compatible interface, hosted or on this machine.</source><translation>Ein Sprachmodell hinter einer OpenAI-kompatiblen Schnittstelle fragen, im Netz oder auf diesem Rechner.</translation></message>
<message><source>Ask a person to approve; the run waits, also across restarts.</source><translation>Einen Menschen um Genehmigung bitten; der Lauf wartet, auch über Neustarts hinweg.</translation></message>
<message><source>Ask a person to choose from a list; the run waits, also across restarts.</source><translation>Einen Menschen aus einer Liste wählen lassen; der Lauf wartet, auch über Neustarts hinweg.</translation></message>
<message><source>Ask a person to fill in a form; the run waits, also across restarts.</source><translation>Einen Menschen ein Formular ausfüllen lassen; der Lauf wartet, auch über Neustarts hinweg.</translation></message>
<message><source>Ask about it</source><translation>Danach fragen</translation></message>
<message><source>Ask again every</source><translation>Noch einmal fragen alle</translation></message>
<message><source>Ask before a run is stopped</source><translation>Vor dem Stoppen fragen</translation></message>
<message><source>Ask for values</source><translation>Werte erfragen</translation></message>
<message><source>Ask rows of other nodes with SQL, in memory.</source><translation>Zeilen anderer Knoten mit SQL abfragen, im Arbeitsspeicher.</translation></message>
<message><source>Asked by the run that “{caller}” called.</source><translation>Gefragt vom Lauf, den „{caller}“ aufgerufen hat.</translation></message>
<message><source>Asks a port of this machine where nobody listens, again and again: after three failures the breaker answers at once, and a fallback stands in.</source><translation>Fragt wieder und wieder einen Port dieses Rechners, an dem niemand lauscht: Nach drei Fehlern antwortet die Sicherung sofort, und ein Ersatzwert springt ein.</translation></message>
<message><source>Asks an API about a list of things at a bounded rate, answers repeated questions from a cache, and writes a report.</source><translation>Fragt eine API mit begrenzter Rate nach einer Liste von Dingen, beantwortet wiederholte Fragen aus einem Zwischenspeicher und schreibt einen Bericht.</translation></message>
<message><source>At the port {port}</source><translation>Am Ausgang {port}</translation></message>
<message><source>At the same time</source><translation>Gleichzeitig</translation></message>
<message><source>At the start it asks for: {names}.</source><translation>Zum Start fragt er nach: {names}.</translation></message>
<message><source>Attachments</source><translation>Anhänge</translation></message>
<message><source>Attempt</source><translation>Versuch</translation></message>
<message><source>Attempt {number} failed: {message}. Next try{when}.</source><translation>Versuch {number} fehlgeschlagen: {message}. Nächster Versuch{when}.</translation></message>
<message><source>Attempts</source><translation>Versuche</translation></message>
<message><source>Attempts altogether.</source><translation>Versuche insgesamt.</translation></message>
<message><source>Auth</source><translation>Anmeldung</translation></message>
<message><source>Auto</source><translation>Auto</translation></message>
<message><source>Back among the other tabs</source><translation>Zurück zu den anderen Reitern</translation></message>
<message><source>Back to editing</source><translation>Zurück zum Bearbeiten</translation></message>
<message><source>Back to the calling workflow</source><translation>Zurück zum aufrufenden Workflow</translation></message>
<message><source>Back to where the view was</source><translation>Zurück zur vorigen Ansicht</translation></message>
<message><source>Back to {name}, which calls this one</source><translation>Zurück zu {name}, das diesen aufruft</translation></message>
<message><source>Back-off</source><translation>Wartezeit</translation></message>
<message><source>Bad CRC-32 for file {0}</source><translation>falsche Prüfsumme der Datei {0}</translation></message>
<message><source>Bad password for file {0}</source><translation>falsches Passwort für die Datei {0}</translation></message>
<message><source>Before</source><translation>Vorher</translation></message>
<message><source>Before the first retry: seconds, or 250ms, 30s, 5m.</source><translation>Vor dem ersten Neuversuch: Sekunden oder 250ms, 30s, 5m.</translation></message>
<message><source>Begin it again</source><translation>Noch einmal beginnen</translation></message>
<message><source>Begin {names} again?</source><translation>{names} noch einmal beginnen?</translation></message>
<message><source>Begin {n} steps again: {names}?</source><translation>{n} Schritte noch einmal beginnen: {names}?</translation></message>
<message><source>Belongs to</source><translation>Gehört zu</translation></message>
<message><source>Bend a wire</source><translation>Verbindung knicken</translation></message>
<message><source>Binder Error: Referenced column {0} not found in FROM clause!</source><translation>Die Spalte {0} gibt es in den Tabellen der Abfrage nicht!</translation></message>
<message><source>Blue</source><translation>Blau</translation></message>
<message><source>Body</source><translation>Inhalt</translation></message>
<message><source>Bookmark {number} removed</source><translation>Lesezeichen {number} entfernt</translation></message>
<message><source>Bookmark {number} set: {number} comes back here</source><translation>Lesezeichen {number} gesetzt: {number} führt hierher zurück</translation></message>
<message><source>Both are alike.</source><translation>Beide sind gleich.</translation></message>
<message><source>Both nodes must be in the same container.</source><translation>Beide Knoten müssen im selben Behälter sein.</translation></message>
<message><source>Both runs ended alike.</source><translation>Beide Läufe endeten gleich.</translation></message>
<message><source>Both workflows keep data of their own, which would be mixed up.</source><translation>Beide Workflows führen eigene Daten, die vermischt würden.</translation></message>
<message><source>Breakpoint with condition</source><translation>Haltepunkt mit Bedingung</translation></message>
<message><source>Breakpoint with condition…</source><translation>Haltepunkt mit Bedingung …</translation></message>
<message><source>Bring what begins to run into view.</source><translation>Ins Bild holen, was zu laufen beginnt.</translation></message>
<message><source>Broken pipe</source><translation>abgebrochene Leitung</translation></message>
<message><source>Broker</source><translation>Broker</translation></message>
<message><source>Browse for a file</source><translation>Datei auswählen</translation></message>
<message><source>Browse for a folder</source><translation>Ordner auswählen</translation></message>
<message><source>Bucket</source><translation>Bucket</translation></message>
<message><source>Bundle that floworch run takes</source><translation>Bündel für floworch run</translation></message>
<message><source>Buttons to add, zoom and fit at the lower edge of the canvas.</source><translation>Knöpfe zum Hinzufügen, Zoomen und Einpassen am unteren Rand der Zeichenfläche.</translation></message>
<message><source>Buy {{ inputs.what }} for {{ inputs.amount }}?</source><translation>{{ inputs.what }} für {{ inputs.amount }} kaufen?</translation></message>
<message><source>By default 587 for starttls, 465 for tls, 25 for none.</source><translation>Vorgabe: 587 bei starttls, 465 bei tls, 25 bei none.</translation></message>
<message><source>By default 993 for tls, 143 for the others.</source><translation>Vorgabe: 993 bei tls, 143 bei den anderen.</translation></message>
<message><source>By default from the file's ending.</source><translation>Vorgabe: nach der Endung der Datei.</translation></message>
<message><source>By name</source><translation>Nach Namen</translation></message>
<message><source>By sender</source><translation>Nach Absendern</translation></message>
<message><source>Bypassed</source><translation>Übergangen</translation></message>
<message><source>Bytes cannot be put into text.</source><translation>Bytes lassen sich nicht in Text setzen.</translation></message>
<message><source>CSV file</source><translation>CSV-Datei</translation></message>
<message><source>CSV to SQLite</source><translation>CSV nach SQLite</translation></message>
<message><source>Cache</source><translation>Zwischenspeicher</translation></message>
<message><source>Call fewer workflows from workflows that are called themselves.</source><translation>Rufen Sie aus Workflows, die selbst aufgerufen werden, weniger Workflows auf.</translation></message>
<message><source>Call fewer workflows from workflows that are called.</source><translation>Rufen Sie aus aufgerufenen Workflows weniger Workflows auf.</translation></message>
<message><source>Call it from a step: python.script runs a function of a file; 'floworch actions new' begins an action.</source><translation>Rufen Sie es aus einem Schritt auf: python.script führt eine Funktion einer Datei aus; 'floworch actions new' beginnt eine Aktion.</translation></message>
<message><source>Call it with (), or check the name.</source><translation>Rufen Sie sie mit () auf, oder prüfen Sie den Namen.</translation></message>
<message><source>Call workflow</source><translation>Workflow aufrufen</translation></message>
<message><source>Called by the example *Sub-workflows*.</source><translation>Wird vom Beispiel *Unterworkflows* aufgerufen.</translation></message>
<message><source>Calls</source><translation>Aufrufe</translation></message>
<message><source>Calls another workflow for each package of the standard library, a child run each, and adds up what they give.</source><translation>Ruft für jedes Paket der Standardbibliothek einen anderen Workflow auf, jedes Mal in einem eigenen Lauf, und zählt zusammen, was sie ergeben.</translation></message>
<message><source>Calls workflows</source><translation>Ruft Workflows auf</translation></message>
<message><source>Can every name be split?</source><translation>Alle Namen teilbar?</translation></message>
<message><source>Cancel</source><translation>Abbrechen</translation></message>
<message><source>Cancel the run</source><translation>Lauf abbrechen</translation></message>
<message><source>Cancelled</source><translation>Abgebrochen</translation></message>
<message><source>Candidate bindings: {0}</source><translation>In Frage kommen: {0}</translation></message>
<message><source>Cannot copy '{0}': {1}.</source><translation>'{0}' lässt sich nicht kopieren: {1}.</translation></message>
<message><source>Cannot delete '{0}': {1}.</source><translation>'{0}' lässt sich nicht löschen: {1}.</translation></message>
<message><source>Cannot list '{0}': {1}.</source><translation>'{0}' lässt sich nicht auflisten: {1}.</translation></message>
<message><source>Cannot move '{0}': {1}.</source><translation>'{0}' lässt sich nicht verschieben: {1}.</translation></message>
<message><source>Cannot read '{0}': {1}.</source><translation>'{0}' lässt sich nicht lesen: {1}.</translation></message>
<message><source>Cannot write '{0}': {1}.</source><translation>'{0}' lässt sich nicht schreiben: {1}.</translation></message>
<message><source>Cannot {0} '{1}': {2}.</source><translation>Bei '{1}' ist das nicht möglich ({0}): {2}.</translation></message>
<message><source>Canvas</source><translation>Zeichenfläche</translation></message>
<message><source>Canvas bar</source><translation>Leiste der Zeichenfläche</translation></message>
<message><source>Carry out one of its 'choices'.</source><translation>Führen Sie eine der „choices“ aus.</translation></message>
<message><source>Case</source><translation>Fall</translation></message>
<message><source>Cases</source><translation>Fälle</translation></message>
<message><source>Catalog Error: Table with name {0} does not exist!</source><translation>Die Tabelle {0} gibt es nicht!</translation></message>
<message><source>Cell is empty</source><translation>die Zelle ist leer</translation></message>
<message><source>Change</source><translation>Änderung</translation></message>
<message><source>Change a database with SQL: UPDATE, INSERT, DELETE, CREATE and what else it knows.</source><translation>Eine Datenbank mit SQL ändern: UPDATE, INSERT, DELETE, CREATE und was sie sonst kennt.</translation></message>
<message><source>Change colour</source><translation>Farbe ändern</translation></message>
<message><source>Change its permissions, or run as a user who may read it.</source><translation>Ändern Sie ihre Zugriffsrechte, oder führen Sie es als ein Benutzer aus, der sie lesen darf.</translation></message>
<message><source>Change keyboard shortcuts</source><translation>Tastenkürzel ändern</translation></message>
<message><source>Change keyboard shortcuts…</source><translation>Tastenkürzel ändern …</translation></message>
<message><source>Change shortcuts…</source><translation>Tastenkürzel ändern …</translation></message>
<message><source>Change the default or the type.</source><translation>Ändern Sie die Vorgabe oder den Typ.</translation></message>
<message><source>Change the permissions, or run as a user who may read it.</source><translation>Ändern Sie die Zugriffsrechte, oder führen Sie es als ein Benutzer aus, der es lesen darf.</translation></message>
<message><source>Change the permissions, or run as a user who may.</source><translation>Ändern Sie die Zugriffsrechte, oder führen Sie es als ein Benutzer aus, der darf.</translation></message>
<message><source>Change the permissions, run as a user who may, or name a smaller part.</source><translation>Ändern Sie die Zugriffsrechte, führen Sie es als ein Benutzer aus, der darf, oder nennen Sie einen kleineren Teil.</translation></message>
<message><source>Change the value, or give an expression.</source><translation>Ändern Sie den Wert, oder geben Sie einen Ausdruck.</translation></message>
<message><source>Change to another folder.</source><translation>Wechseln Sie in einen anderen Ordner.</translation></message>
<message><source>Changed</source><translation>Geändert</translation></message>
<message><source>Changed on the disk</source><translation>Auf dem Datenträger geändert</translation></message>
<message><source>Changed since you trusted it ({since})</source><translation>Geändert, seit Sie ihm vertraut haben ({since})</translation></message>
<message><source>Changed within</source><translation>Geändert innerhalb von</translation></message>
<message><source>Changes the tables of a database: checks it before, copies it, migrates in one transaction, checks it after, and puts the copy back when something is wrong.</source><translation>Ändert die Tabellen einer Datenbank: prüft sie vorher, kopiert sie, stellt sie in einer Transaktion um, prüft sie nachher und spielt die Kopie zurück, wenn etwas nicht stimmt.</translation></message>
<message><source>Charge the account</source><translation>Konto belasten</translation></message>
<message><source>Chat</source><translation>Chat</translation></message>
<message><source>Chat service</source><translation>Chat-Dienst</translation></message>
<message><source>Check 'access_key' and the secret, and what they are allowed to do.</source><translation>Prüfen Sie 'access_key' und das Geheimnis, und was sie dürfen.</translation></message>
<message><source>Check 'endpoint' and 'region', and that the service runs.</source><translation>Prüfen Sie 'endpoint' und 'region', und ob der Dienst läuft.</translation></message>
<message><source>Check 'host' and 'port', and that the server runs.</source><translation>Prüfen Sie 'host' und 'port', und ob der Server läuft.</translation></message>
<message><source>Check 'host', 'port' and 'security', and that the server runs.</source><translation>Prüfen Sie 'host', 'port' und 'security', und ob der Server läuft.</translation></message>
<message><source>Check 'host', 'port' and 'tls', and that the broker runs.</source><translation>Prüfen Sie 'host', 'port' und 'tls', und ob der Broker läuft.</translation></message>
<message><source>Check 'key'; the secret of 'password' is its passphrase, too.</source><translation>Prüfen Sie 'key'; das Geheimnis von 'password' ist auch sein Kennwort.</translation></message>
<message><source>Check 'paginate', 'cursor' and 'page_param' against what the service documents.</source><translation>Prüfen Sie 'paginate', 'cursor' und 'page_param' anhand der Beschreibung des Dienstes.</translation></message>
<message><source>Check 'port': another service seems to listen there.</source><translation>Prüfen Sie 'port': Dort scheint ein anderer Dienst zu lauschen.</translation></message>
<message><source>Check 'url' and 'key'.</source><translation>Prüfen Sie 'url' und 'key'.</translation></message>
<message><source>Check 'url' and the secret of 'key'.</source><translation>Prüfen Sie 'url' und das Geheimnis von 'key'.</translation></message>
<message><source>Check 'user' and the secret.</source><translation>Prüfen Sie 'user' und das Geheimnis.</translation></message>
<message><source>Check 'user' and the secret; many providers want a password made for programs.</source><translation>Prüfen Sie 'user' und das Geheimnis; viele Anbieter wollen ein Passwort eigens für Programme.</translation></message>
<message><source>Check 'user', 'key' and the secret of 'password'.</source><translation>Prüfen Sie 'user', 'key' und das Geheimnis von 'password'.</translation></message>
<message><source>Check after</source><translation>Danach prüfen</translation></message>
<message><source>Check before</source><translation>Vorher prüfen</translation></message>
<message><source>Check every row</source><translation>Jede Zeile prüfen</translation></message>
<message><source>Check its permissions and the disk.</source><translation>Prüfen Sie die Zugriffsrechte und den Datenträger.</translation></message>
<message><source>Check its permissions.</source><translation>Prüfen Sie die Zugriffsrechte.</translation></message>
<message><source>Check that 'url' leads to an OpenAI-compatible interface, for example https://api.openai.com/v1.</source><translation>Prüfen Sie, ob 'url' zu einer mit OpenAI verträglichen Schnittstelle führt, zum Beispiel https://api.openai.com/v1.</translation></message>
<message><source>Check that it is a program and that its file is executable (chmod +x).</source><translation>Prüfen Sie, ob es ein Programm ist und ob seine Datei ausführbar ist (chmod +x).</translation></message>
<message><source>Check that the directory is yours, writable and not full, or choose another one with --store.</source><translation>Prüfen Sie, ob das Verzeichnis Ihnen gehört, beschreibbar und nicht voll ist, oder wählen Sie mit --store ein anderes.</translation></message>
<message><source>Check that the path is a file that may be read and written.</source><translation>Prüfen Sie, ob der Pfad eine Datei ist, die gelesen und geschrieben werden darf.</translation></message>
<message><source>Check that the right file was given.</source><translation>Prüfen Sie, ob die richtige Datei angegeben ist.</translation></message>
<message><source>Check that the server runs and can be reached from here.</source><translation>Prüfen Sie, ob der Server läuft und von hier zu erreichen ist.</translation></message>
<message><source>Check that the server runs.</source><translation>Prüfen Sie, ob der Server läuft.</translation></message>
<message><source>Check that the store can be written and has free space; a damaged file can be removed, and then schedules and folders begin anew.</source><translation>Prüfen Sie, ob der Speicher beschreibbar ist und Platz hat; eine beschädigte Datei kann entfernt werden, dann beginnen Zeitpläne und Ordner von vorn.</translation></message>
<message><source>Check that the store can be written.</source><translation>Prüfen Sie, ob die Ablage beschreibbar ist.</translation></message>
<message><source>Check that the store's folder can be written and has free space.</source><translation>Prüfen Sie, ob der Ordner des Speichers beschreibbar ist und Platz hat.</translation></message>
<message><source>Check that the webhook still exists and belongs to this service.</source><translation>Prüfen Sie, ob es den Webhook noch gibt und ob er zu diesem Dienst gehört.</translation></message>
<message><source>Check the address and the checksum; the download was removed.</source><translation>Prüfen Sie die Adresse und die Prüfsumme; das Heruntergeladene wurde entfernt.</translation></message>
<message><source>Check the address and the network.</source><translation>Prüfen Sie die Adresse und das Netzwerk.</translation></message>
<message><source>Check the address and this computer's clock. Set 'verify' to false only for a server of your own.</source><translation>Prüfen Sie die Adresse und die Uhr dieses Rechners. Setzen Sie 'verify' nur bei einem eigenen Server auf false.</translation></message>
<message><source>Check the address.</source><translation>Prüfen Sie die Adresse.</translation></message>
<message><source>Check the addresses.</source><translation>Prüfen Sie die Adressen.</translation></message>
<message><source>Check the bucket and 'key'.</source><translation>Prüfen Sie den Bucket und 'key'.</translation></message>
<message><source>Check the certificate</source><translation>Zertifikat prüfen</translation></message>
<message><source>Check the disk and its permissions.</source><translation>Prüfen Sie den Datenträger und seine Zugriffsrechte.</translation></message>
<message><source>Check the disk, then resume the run; nothing that was confirmed is lost.</source><translation>Prüfen Sie den Datenträger, und setzen Sie dann den Lauf fort; nichts Bestätigtes ist verloren.</translation></message>
<message><source>Check the file; 'format' and 'types' beside 'path' say how it is read.</source><translation>Prüfen Sie die Datei; 'format' und 'types' neben 'path' sagen, wie sie gelesen wird.</translation></message>
<message><source>Check the folder, or give --store.</source><translation>Prüfen Sie den Ordner, oder geben Sie --store an.</translation></message>
<message><source>Check the folder.</source><translation>Prüfen Sie den Ordner.</translation></message>
<message><source>Check the key of the server</source><translation>Schlüssel des Servers prüfen</translation></message>
<message><source>Check the module and the function's name, and that the module can be imported here.</source><translation>Prüfen Sie das Modul und den Namen der Funktion, und ob sich das Modul hier importieren lässt.</translation></message>
<message><source>Check the name of the server. Set 'verify' to false only for a server of your own.</source><translation>Prüfen Sie den Namen des Servers. Setzen Sie 'verify' nur bei einem eigenen Server auf false.</translation></message>
<message><source>Check the names and versions in 'requirements', and that the package index can be reached.</source><translation>Prüfen Sie die Namen und Versionen in 'requirements', und ob der Paketindex zu erreichen ist.</translation></message>
<message><source>Check the names of tables and columns, and the statement.</source><translation>Prüfen Sie die Namen von Tabellen und Spalten und die Anweisung.</translation></message>
<message><source>Check the names of tables and columns.</source><translation>Prüfen Sie die Namen von Tabellen und Spalten.</translation></message>
<message><source>Check the path, or set missing to null to go on without it.</source><translation>Prüfen Sie den Pfad, oder setzen Sie missing auf null, um ohne sie weiterzumachen.</translation></message>
<message><source>Check the path.</source><translation>Prüfen Sie den Pfad.</translation></message>
<message><source>Check the path; 'floworch new' writes one.</source><translation>Prüfen Sie den Pfad; 'floworch new' schreibt eine.</translation></message>
<message><source>Check the path; it starts in the folder of the calling workflow.</source><translation>Prüfen Sie den Pfad; er beginnt im Ordner des aufrufenden Workflows.</translation></message>
<message><source>Check values against rules or a JSON Schema.</source><translation>Werte gegen Regeln oder ein JSON-Schema prüfen.</translation></message>
<message><source>Check what stands at this place: {0}.</source><translation>Prüfen Sie, was an dieser Stelle steht: {0}.</translation></message>
<message><source>Checks parameters and output by rules or JSON Schema.</source><translation>Prüft Parameter und Ausgabe mit Regeln oder JSON-Schema.</translation></message>
<message><source>Choice</source><translation>Auswahl</translation></message>
<message><source>Choices</source><translation>Auswahl</translation></message>
<message><source>Choose</source><translation>Auswählen</translation></message>
<message><source>Choose a folder</source><translation>Ordner wählen</translation></message>
<message><source>Choose a parameter set</source><translation>Parametersatz wählen</translation></message>
<message><source>Choose a parameter set…</source><translation>Parametersatz wählen …</translation></message>
<message><source>Choose a target outside of it.</source><translation>Wählen Sie ein Ziel außerhalb davon.</translation></message>
<message><source>Choose an action, click into the field and press its new key.</source><translation>Wählen Sie eine Aktion, klicken Sie in das Feld und drücken Sie die neue Taste.</translation></message>
<message><source>Choose another directory for the copy.</source><translation>Wählen Sie für die Kopie ein anderes Verzeichnis.</translation></message>
<message><source>Choose another directory with --store or FLOWORCH_STORE.</source><translation>Wählen Sie mit --store oder FLOWORCH_STORE ein anderes Verzeichnis.</translation></message>
<message><source>Choose another folder.</source><translation>Wählen Sie einen anderen Ordner.</translation></message>
<message><source>Choose another id, or resume that run.</source><translation>Wählen Sie eine andere Kennung, oder setzen Sie jenen Lauf fort.</translation></message>
<message><source>Choose another id.</source><translation>Wählen Sie eine andere Kennung.</translation></message>
<message><source>Choose another id; replace=True puts yours in its place for this process.</source><translation>Wählen Sie eine andere Kennung; replace=True setzt Ihre in diesem Prozess an die Stelle.</translation></message>
<message><source>Choose another name for the new one.</source><translation>Wählen Sie für den neuen einen anderen Namen.</translation></message>
<message><source>Choose another name, or delete it first.</source><translation>Einen anderen Namen wählen oder ihn zuerst löschen.</translation></message>
<message><source>Choose another name.</source><translation>Wählen Sie einen anderen Namen.</translation></message>
<message><source>Choose another name; replace=True puts yours in its place for this process.</source><translation>Wählen Sie einen anderen Namen; replace=True setzt Ihre Schicht in diesem Prozess an die Stelle.</translation></message>
<message><source>Choose another port with --port, or correct 'bind' of the trigger.</source><translation>Wählen Sie mit --port einen anderen Port, oder berichtigen Sie 'bind' des Auslösers.</translation></message>
<message><source>Choose another run id, or resume that run.</source><translation>Wählen Sie eine andere Lauf-ID, oder setzen Sie jenen Lauf fort.</translation></message>
<message><source>Choose another target, or remove the folder.</source><translation>Wählen Sie ein anderes Ziel, oder entfernen Sie den Ordner.</translation></message>
<message><source>Choose between two branches.</source><translation>Zwischen zwei Zweigen wählen.</translation></message>
<message><source>Choose folders</source><translation>Ordner wählen</translation></message>
<message><source>Choose one of several branches: the first case that holds.</source><translation>Einen von mehreren Zweigen wählen: den ersten Fall, der gilt.</translation></message>
<message><source>Choose power, process or none.</source><translation>Wählen Sie power, process oder none.</translation></message>
<message><source>Choose…</source><translation>Auswählen …</translation></message>
<message><source>Circuit breaker</source><translation>Sicherung</translation></message>
<message><source>Circuit open error</source><translation>Sicherung offen</translation></message>
<message><source>Classify with AI</source><translation>Mit KI einordnen</translation></message>
<message><source>Clear a port</source><translation>Anschluss leeren</translation></message>
<message><source>Clear port</source><translation>Anschluss leeren</translation></message>
<message><source>Clear run from canvas</source><translation>Lauf von der Zeichenfläche nehmen</translation></message>
<message><source>Click a line to see its step.</source><translation>Klicken Sie eine Zeile an, um ihren Schritt zu sehen.</translation></message>
<message><source>Click a node to connect, Esc to stop</source><translation>Knoten anklicken zum Verbinden, Esc bricht ab</translation></message>
<message><source>Click or drag to move the view (Alt+M hides it)</source><translation>Klicken oder ziehen verschiebt die Ansicht (Alt+M blendet die Karte aus)</translation></message>
<message><source>Client</source><translation>Client</translation></message>
<message><source>Client id</source><translation>Client-Kennung</translation></message>
<message><source>Client secret</source><translation>Client-Geheimnis</translation></message>
<message><source>Clipboard</source><translation>Zwischenablage</translation></message>
<message><source>Close</source><translation>Schließen</translation></message>
<message><source>Close each with '| quote', without quotes around it, or give the command as a list: [program, argument].</source><translation>Schließen Sie jeden mit '| quote' ab, ohne Anführungszeichen darum, oder geben Sie den Befehl als Liste an: [Programm, Argument].</translation></message>
<message><source>Close it before deleting it.</source><translation>Schließen Sie ihn, bevor Sie ihn löschen.</translation></message>
<message><source>Close tab</source><translation>Tab schließen</translation></message>
<message><source>Close that tab first, or save under another name.</source><translation>Schließen Sie zuerst jenen Tab, oder speichern Sie unter einem anderen Namen.</translation></message>
<message><source>Close the expression: write {0} after its end.</source><translation>Schließen Sie den Ausdruck: Schreiben Sie {0} hinter sein Ende.</translation></message>
<message><source>Close the others</source><translation>Die anderen schließen</translation></message>
<message><source>Close the text with a double quote.</source><translation>Schließen Sie den Text mit einem doppelten Anführungszeichen.</translation></message>
<message><source>Close while {n} runs are going on?</source><translation>Schließen, während {n} Läufe im Gange sind?</translation></message>
<message><source>Close while {run} is running?</source><translation>Schließen, während {run} läuft?</translation></message>
<message><source>Close {name}</source><translation>{name} schließen</translation></message>
<message><source>Close {name} while it is running?</source><translation>{name} schließen, während es läuft?</translation></message>
<message><source>Close {name}, which has unsaved changes</source><translation>{name} mit ungespeicherten Änderungen schließen</translation></message>
<message><source>Code</source><translation>Code</translation></message>
<message><source>Colour</source><translation>Farbe</translation></message>
<message><source>Colours of the window.</source><translation>Farben des Fensters.</translation></message>
<message><source>Columns</source><translation>Spalten</translation></message>
<message><source>Columns: {0}.</source><translation>Spalten: {0}.</translation></message>
<message><source>Combine as</source><translation>Zusammenfassen als</translation></message>
<message><source>Combine the outputs of the branches that arrived.</source><translation>Die Ausgaben der eingetroffenen Zweige zusammenführen.</translation></message>
<message><source>Command</source><translation>Befehl</translation></message>
<message><source>Command line copied</source><translation>Befehlszeile kopiert</translation></message>
<message><source>Command palette</source><translation>Befehlspalette</translation></message>
<message><source>Command palette…</source><translation>Befehlspalette …</translation></message>
<message><source>Commands run in the system's shell, not in {0}.</source><translation>Befehle laufen in der Shell des Systems, nicht in {0}.</translation></message>
<message><source>Commit it, or compare with another version.</source><translation>Übergeben Sie sie an git, oder vergleichen Sie mit einer anderen Fassung.</translation></message>
<message><source>Compare</source><translation>Vergleichen</translation></message>
<message><source>Compare by</source><translation>Vergleichen nach</translation></message>
<message><source>Compare it: ... == 1, ... is defined, ... | length &gt; 0.</source><translation>Vergleichen Sie: ... == 1, ... is defined, ... | length &gt; 0.</translation></message>
<message><source>Compare it: item.payload.state == 'done'.</source><translation>Vergleichen Sie: item.payload.state == 'done'.</translation></message>
<message><source>Compare it: item.state == 'done', item.n &gt; 0.</source><translation>Vergleichen Sie: item.state == 'done', item.n &gt; 0.</translation></message>
<message><source>Compare with</source><translation>Vergleichen mit</translation></message>
<message><source>Compare with another file</source><translation>Mit einer anderen Datei vergleichen</translation></message>
<message><source>Compare with another file…</source><translation>Mit einer anderen Datei vergleichen …</translation></message>
<message><source>Compare with another run</source><translation>Mit einem anderen Lauf vergleichen</translation></message>
<message><source>Compare with another run…</source><translation>Mit einem anderen Lauf vergleichen …</translation></message>
<message><source>Compare with another version.</source><translation>Vergleichen Sie mit einer anderen Fassung.</translation></message>
<message><source>Compare with run …</source><translation>Vergleichen mit Lauf …</translation></message>
<message><source>Compare with the chosen version</source><translation>Mit der gewählten Fassung vergleichen</translation></message>
<message><source>Compare with the last commit</source><translation>Mit dem letzten Commit vergleichen</translation></message>
<message><source>Compare with the saved file</source><translation>Mit der gespeicherten Datei vergleichen</translation></message>
<message><source>Compare with the saved file or another one.</source><translation>Vergleichen Sie mit der gespeicherten oder einer anderen Datei.</translation></message>
<message><source>Compensated</source><translation>Rückgängig gemacht</translation></message>
<message><source>Compensating</source><translation>Wird rückgängig gemacht</translation></message>
<message><source>Compensation</source><translation>Rücknahme</translation></message>
<message><source>Compensation failed</source><translation>Rücknahme fehlgeschlagen</translation></message>
<message><source>Completed</source><translation>Abgeschlossen</translation></message>
<message><source>Compose report</source><translation>Bericht erstellen</translation></message>
<message><source>Compressed file ended before the end-of-stream marker was reached</source><translation>die gepackte Datei ist unvollständig</translation></message>
<message><source>Compute the digest of a value or a file.</source><translation>Die Prüfsumme eines Werts oder einer Datei berechnen.</translation></message>
<message><source>Concurrency</source><translation>Gleichzeitigkeit</translation></message>
<message><source>Condition</source><translation>Bedingung</translation></message>
<message><source>Condition evaluated after each round. It sees the body's nodes, the round's result as 'item' and its number as 'index'. Without it, 'max' rounds run.</source><translation>Bedingung, die nach jeder Runde ausgewertet wird. Sie sieht die Knoten des Rumpfs, das Ergebnis der Runde als 'item' und ihre Nummer als 'index'. Ohne sie laufen 'max' Runden.</translation></message>
<message><source>Condition on a message, which it sees as item with topic and payload; by default any will do.</source><translation>Bedingung an eine Nachricht, die sie als item mit topic und payload sieht; Vorgabe: Jede passt.</translation></message>
<message><source>Condition on the first row, which it sees as item; by default any row will do.</source><translation>Bedingung an die erste Zeile, die sie als item sieht; Vorgabe: Jede Zeile passt.</translation></message>
<message><source>Condition that sees value, such as value % 2 == 0; or one word that 'value' belongs to: == != &lt; &lt;= &gt; &gt;= contains not_in, or min max pattern in type required, as above.</source><translation>Bedingung, die value sieht, etwa value % 2 == 0; oder ein Wort, zu dem 'value' gehört: == != &lt; &lt;= &gt; &gt;= contains not_in, oder min max pattern in type required, wie oben.</translation></message>
<message><source>Connect</source><translation>Verbinden</translation></message>
<message><source>Connect call failed {0}</source><translation>kein Anschluss möglich {0}</translation></message>
<message><source>Connect in the place of other wires</source><translation>Anstelle anderer Verbindungen verbinden</translation></message>
<message><source>Connect it to the node's error port instead.</source><translation>Verbinden Sie sie stattdessen mit dem Ausgang error des Knotens.</translation></message>
<message><source>Connect once by hand with ssh and check its fingerprint, or name the file 'known_hosts'. Set 'verify' to false only in a network of your own.</source><translation>Verbinden Sie sich einmal von Hand mit ssh und prüfen Sie seinen Fingerabdruck, oder nennen Sie die Datei 'known_hosts'. Setzen Sie 'verify' nur in einem eigenen Netz auf false.</translation></message>
<message><source>Connect them with an edge, or use two keys.</source><translation>Verbinden Sie sie, oder nehmen Sie zwei Schlüssel.</translation></message>
<message><source>Connect to {0} itself, or move both nodes into it.</source><translation>Verbinden Sie mit {0} selbst, oder legen Sie beide Knoten hinein.</translation></message>
<message><source>Connect {0} → {1}, directly or through others.</source><translation>Verbinden Sie {0} → {1}, unmittelbar oder über andere.</translation></message>
<message><source>Connection</source><translation>Verbindung</translation></message>
<message><source>Connection error</source><translation>Verbindungsfehler</translation></message>
<message><source>Connection refused</source><translation>Verbindung abgelehnt</translation></message>
<message><source>Connection reset by peer</source><translation>Verbindung von der Gegenseite getrennt</translation></message>
<message><source>Connection {name}</source><translation>Verbindung {name}</translation></message>
<message><source>Connections</source><translation>Verbindungen</translation></message>
<message><source>Connections of the type {0}: {1}{2}.</source><translation>Verbindungen der Art {0}: {1}{2}.</translation></message>
<message><source>Connections…</source><translation>Verbindungen …</translation></message>
<message><source>Contact sheet</source><translation>Übersichtsseite</translation></message>
<message><source>Container {0} has an empty body.</source><translation>Der Behälter {0} hat einen leeren Rumpf.</translation></message>
<message><source>Content</source><translation>Inhalt</translation></message>
<message><source>Continue an earlier attempt</source><translation>Früheren Versuch fortsetzen</translation></message>
<message><source>Continue what an earlier attempt left, when the file on the server is still the same.</source><translation>Fortsetzen, was ein früherer Versuch übrig ließ, wenn die Datei auf dem Server noch dieselbe ist.</translation></message>
<message><source>Continue with the edited definition</source><translation>Mit der bearbeiteten Definition fortfahren</translation></message>
<message><source>Continue with the edited definition…</source><translation>Mit der bearbeiteten Definition fortfahren …</translation></message>
<message><source>Convert the value in an earlier node.</source><translation>Wandeln Sie den Wert in einem früheren Knoten um.</translation></message>
<message><source>Convert them first, for example with the expression {{{{ item.x | string }}}} as key.</source><translation>Wandeln Sie sie zuerst um, zum Beispiel mit dem Ausdruck {{{{ item.x | string }}}} als Schlüssel.</translation></message>
<message><source>Convert them to one of the two first.</source><translation>Wandeln Sie sie zuerst in eines von beiden um.</translation></message>
<message><source>Converted, but look at it</source><translation>Übernommen, aber ansehen</translation></message>
<message><source>Copied</source><translation>Kopiert</translation></message>
<message><source>Copy</source><translation>Kopieren</translation></message>
<message><source>Copy address</source><translation>Adresse kopieren</translation></message>
<message><source>Copy as text</source><translation>Als Text kopieren</translation></message>
<message><source>Copy command line</source><translation>Befehlszeile kopieren</translation></message>
<message><source>Copy middleware</source><translation>Middleware kopieren</translation></message>
<message><source>Copy nodes</source><translation>Knoten kopieren</translation></message>
<message><source>Copy or move files</source><translation>Dateien kopieren oder verschieben</translation></message>
<message><source>Copy or move files and folders.</source><translation>Dateien und Ordner kopieren oder verschieben.</translation></message>
<message><source>Copy path</source><translation>Pfad kopieren</translation></message>
<message><source>Copy run id</source><translation>Kennung des Laufs kopieren</translation></message>
<message><source>Copy the command that salvages it</source><translation>Befehl zum Bergen kopieren</translation></message>
<message><source>Copy the database</source><translation>Datenbankkopie</translation></message>
<message><source>Copy the value as text</source><translation>Wert als Text kopieren</translation></message>
<message><source>Copy the whole command.</source><translation>Kopieren Sie den ganzen Befehl.</translation></message>
<message><source>Copy them into different folders, or rename one.</source><translation>Kopieren Sie sie in verschiedene Ordner, oder benennen Sie eine um.</translation></message>
<message><source>Copy to (Cc)</source><translation>Kopie an (Cc)</translation></message>
<message><source>Copy token</source><translation>Token kopieren</translation></message>
<message><source>Copy your changes elsewhere and remove the folder {0}.</source><translation>Kopieren Sie Ihre Änderungen anderswohin und entfernen Sie den Ordner {0}.</translation></message>
<message><source>Correct 'cwd', or create the folder in an earlier node.</source><translation>Berichtigen Sie 'cwd', oder legen Sie den Ordner in einem früheren Knoten an.</translation></message>
<message><source>Correct 'folder'; folders within others are written with the separator of the server.</source><translation>Berichtigen Sie 'folder'; Ordner in anderen werden mit dem Trennzeichen des Servers geschrieben.</translation></message>
<message><source>Correct 'key', or set missing_ok to true to go on without.</source><translation>Berichtigen Sie 'key', oder setzen Sie missing_ok auf true, um ohne sie weiterzumachen.</translation></message>
<message><source>Correct 'path'.</source><translation>Berichtigen Sie 'path'.</translation></message>
<message><source>Correct 'remote', or set missing_ok to true to go on without.</source><translation>Berichtigen Sie 'remote', oder setzen Sie missing_ok auf true, um ohne sie weiterzumachen.</translation></message>
<message><source>Correct 'target'.</source><translation>Berichtigen Sie 'target'.</translation></message>
<message><source>Correct 'topic'.</source><translation>Berichtigen Sie 'topic'.</translation></message>
<message><source>Correct '{0}'.</source><translation>Berichtigen Sie '{0}'.</translation></message>
<message><source>Correct it, or its format.</source><translation>Berichtigen Sie ihn oder sein Format.</translation></message>
<message><source>Correct it, or remove it.</source><translation>Berichtigen oder entfernen Sie es.</translation></message>
<message><source>Correct it, or set missing_ok to true to go on without.</source><translation>Berichtigen Sie ihn, oder setzen Sie missing_ok auf true, um ohne sie weiterzumachen.</translation></message>
<message><source>Correct it; the dialect is 2020-12.</source><translation>Berichtigen Sie es; der Dialekt ist 2020-12.</translation></message>
<message><source>Correct the code at that line.</source><translation>Berichtigen Sie den Code in dieser Zeile.</translation></message>
<message><source>Correct the command, or add the code to ok_codes.</source><translation>Berichtigen Sie den Befehl, oder nehmen Sie den Code in ok_codes auf.</translation></message>
<message><source>Correct the expression.</source><translation>Berichtigen Sie den Ausdruck.</translation></message>
<message><source>Correct the file or package that it comes from, or install what it needs.</source><translation>Berichtigen Sie die Datei oder das Paket, aus dem sie kommt, oder installieren Sie, was sie braucht.</translation></message>
<message><source>Correct the file, or read it as text.</source><translation>Berichtigen Sie die Datei, oder lesen Sie sie als Text.</translation></message>
<message><source>Correct the option; 'floworch actions list --middleware' describes it.</source><translation>Berichtigen Sie die Option; 'floworch actions list --middleware' beschreibt sie.</translation></message>
<message><source>Correct the parameter.</source><translation>Berichtigen Sie den Parameter.</translation></message>
<message><source>Correct the parameter; 'floworch actions show {0}' describes it.</source><translation>Berichtigen Sie den Parameter; 'floworch actions show {0}' beschreibt ihn.</translation></message>
<message><source>Correct the path.</source><translation>Berichtigen Sie den Pfad.</translation></message>
<message><source>Correct the path; a relative path starts at {0}.</source><translation>Berichtigen Sie den Pfad; ein relativer beginnt bei {0}.</translation></message>
<message><source>Correct the rules, or part the rows with data.filter or data.sql first; max_rows is the limit.</source><translation>Berichtigen Sie die Regeln, oder teilen Sie die Zeilen zuerst mit data.filter oder data.sql; max_rows ist die Grenze.</translation></message>
<message><source>Correct the values, or set on_bad to route and use the port invalid.</source><translation>Berichtigen Sie die Werte, oder setzen Sie on_bad auf route und nehmen Sie den Ausgang invalid.</translation></message>
<message><source>Count by file and kind</source><translation>Je Datei und Art zählen</translation></message>
<message><source>Count from 1.</source><translation>Zählen Sie ab 1.</translation></message>
<message><source>Count its lines</source><translation>Zeilen zählen</translation></message>
<message><source>Count lines</source><translation>Zeilen zählen</translation></message>
<message><source>Count their lines</source><translation>Zeilen zählen</translation></message>
<message><source>Count them</source><translation>Zählen</translation></message>
<message><source>Counts executions and measures how long they take.</source><translation>Zählt Ausführungen und misst, wie lange sie dauern.</translation></message>
<message><source>Counts the lines of the Python files of one folder; other workflows call it.</source><translation>Zählt die Zeilen der Python-Dateien eines Ordners; andere Workflows rufen ihn auf.</translation></message>
<message><source>Create it again, or name an absolute path; then retry the run.</source><translation>Legen Sie ihn wieder an, oder nennen Sie einen absoluten Pfad; dann versuchen Sie den Lauf neu.</translation></message>
<message><source>Create it, or correct 'path' of the trigger.</source><translation>Legen Sie ihn an, oder berichtigen Sie 'path' des Auslösers.</translation></message>
<message><source>Create it, or correct the path.</source><translation>Legen Sie ihn an, oder berichtigen Sie den Pfad.</translation></message>
<message><source>Create it, or name another one.</source><translation>Legen Sie ihn an, oder nennen Sie einen anderen.</translation></message>
<message><source>Criteria of IMAP, such as FROM ada SUBJECT "monthly report" SINCE 1-Jan-2026; empty takes all.</source><translation>Suchkriterien von IMAP, etwa FROM ada SUBJECT "monthly report" SINCE 1-Jan-2026; leer nimmt alle.</translation></message>
<message><source>Critical path</source><translation>Kritischer Pfad</translation></message>
<message><source>Ctrl + Left, Ctrl + Right</source><translation>Strg + Links, Strg + Rechts</translation></message>
<message><source>Ctrl + wheel</source><translation>Strg + Rad</translation></message>
<message><source>Ctrl + wheel, + and -</source><translation>Strg + Mausrad, + und -</translation></message>
<message><source>Cut</source><translation>Ausschneiden</translation></message>
<message><source>Cut edge</source><translation>Verbindung durchtrennen</translation></message>
<message><source>Cut edges</source><translation>Verbindungen durchtrennen</translation></message>
<message><source>Cut {n} edges</source><translation>{n} Verbindungen durchtrennen</translation></message>
<message><source>Damaged</source><translation>Beschädigt</translation></message>
<message><source>Dark</source><translation>Dunkel</translation></message>
<message><source>Dask cluster</source><translation>Dask-Cluster</translation></message>
<message><source>Dask gave it up ({0})</source><translation>Dask gab es auf ({0})</translation></message>
<message><source>Dask is not installed here, and a cluster is reached through it.</source><translation>Dask ist hier nicht installiert, und ein Cluster wird darüber erreicht.</translation></message>
<message><source>Data</source><translation>Daten</translation></message>
<message><source>Data of the run</source><translation>Daten des Laufs</translation></message>
<message><source>Database</source><translation>Datenbank</translation></message>
<message><source>Database (SQL)</source><translation>Datenbank (SQL)</translation></message>
<message><source>Database migration</source><translation>Datenbankumstellung</translation></message>
<message><source>Date and time</source><translation>Datum und Uhrzeit</translation></message>
<message><source>Deactivate</source><translation>Deaktivieren</translation></message>
<message><source>Dead letter</source><translation>Ablage für Unzustellbares</translation></message>
<message><source>Dead letters</source><translation>Unzustellbares</translation></message>
<message><source>Dear {{ inputs.name }}, …</source><translation>Guten Tag {{ inputs.name }}, …</translation></message>
<message><source>Declare input “{name}”</source><translation>Eingabe „{name}“ anlegen</translation></message>
<message><source>Declare it under inputs.</source><translation>Erklären Sie sie unter den Eingaben.</translation></message>
<message><source>Declared inputs: {0}.</source><translation>Erklärte Eingaben: {0}.</translation></message>
<message><source>Declined</source><translation>Abgelehnt</translation></message>
<message><source>Decode them first.</source><translation>Dekodieren Sie sie zuerst.</translation></message>
<message><source>Decorate it with @middleware('name').</source><translation>Versehen Sie sie mit @middleware('name').</translation></message>
<message><source>Default</source><translation>Vorgabe</translation></message>
<message><source>Default: {effect}</source><translation>Vorgabe: {effect}</translation></message>
<message><source>Default: {join}</source><translation>Vorgabe: {join}</translation></message>
<message><source>Delete</source><translation>Löschen</translation></message>
<message><source>Delete '{0}', and it goes too.</source><translation>Löschen Sie '{0}', dann geht auch dieser.</translation></message>
<message><source>Delete a secret</source><translation>Geheimnis löschen</translation></message>
<message><source>Delete and reconnect</source><translation>Löschen und Nachbarn verbinden</translation></message>
<message><source>Delete edge</source><translation>Verbindung löschen</translation></message>
<message><source>Delete edges</source><translation>Verbindungen löschen</translation></message>
<message><source>Delete files</source><translation>Dateien löschen</translation></message>
<message><source>Delete files and folders, by default to the trash.</source><translation>Dateien und Ordner löschen, normalerweise in den Papierkorb.</translation></message>
<message><source>Delete frame</source><translation>Rahmen löschen</translation></message>
<message><source>Delete frames</source><translation>Rahmen löschen</translation></message>
<message><source>Delete knot</source><translation>Knick löschen</translation></message>
<message><source>Delete knots</source><translation>Knicke löschen</translation></message>
<message><source>Delete note</source><translation>Notiz löschen</translation></message>
<message><source>Delete notes</source><translation>Notizen löschen</translation></message>
<message><source>Delete run</source><translation>Lauf löschen</translation></message>
<message><source>Delete runs</source><translation>Läufe löschen</translation></message>
<message><source>Delete that run, or start under another id than {0}.</source><translation>Löschen Sie jenen Lauf, oder starten Sie unter einer anderen Kennung als {0}.</translation></message>
<message><source>Delete the run</source><translation>Lauf löschen</translation></message>
<message><source>Delete the run…</source><translation>Lauf löschen …</translation></message>
<message><source>Delete {name} from the keyring?</source><translation>{name} aus dem Schlüsselbund löschen?</translation></message>
<message><source>Delete {nodes}</source><translation>{nodes} löschen</translation></message>
<message><source>Delete {n} runs and what they called?</source><translation>{n} Läufe löschen und was sie aufgerufen haben?</translation></message>
<message><source>Delete {run_id} and what it called?</source><translation>{run_id} und alles, was er aufgerufen hat, löschen?</translation></message>
<message><source>Deleted. The values are still below: Save keeps them again.</source><translation>Gelöscht. Die Werte stehen noch unten: „Sichern“ behält sie wieder.</translation></message>
<message><source>Deleted: {0}</source><translation>Gelöscht: {0}</translation></message>
<message><source>Delete…</source><translation>Löschen …</translation></message>
<message><source>Delivery (QoS)</source><translation>Zustellung (QoS)</translation></message>
<message><source>Description</source><translation>Beschreibung</translation></message>
<message><source>Desktop notification</source><translation>Desktop-Benachrichtigung</translation></message>
<message><source>Details…</source><translation>Einzelheiten …</translation></message>
<message><source>Deutsch</source><translation>Deutsch</translation></message>
<message><source>Device or resource busy</source><translation>Gerät oder Mittel ist belegt</translation></message>
<message><source>Did you mean '{0}'?</source><translation>Meinten Sie '{0}'?</translation></message>
<message><source>Did you mean '{0}'? </source><translation>Meinten Sie '{0}'? </translation></message>
<message><source>Did you mean the option {0} of the node?</source><translation>Meinten Sie die Option {0} des Knotens?</translation></message>
<message><source>Did you mean {0}, a field of the node beside 'params'?</source><translation>Meinten Sie {0}, ein Feld des Knotens neben 'params'?</translation></message>
<message><source>Did you mean {0}?</source><translation>Meinten Sie {0}?</translation></message>
<message><source>Did {names} take effect before the crash?</source><translation>Hat {names} vor dem Absturz noch gewirkt?</translation></message>
<message><source>Difference</source><translation>Unterschied</translation></message>
<message><source>Differences of two runs</source><translation>Unterschiede zweier Läufe</translation></message>
<message><source>Differences of two versions</source><translation>Unterschiede zweier Fassungen</translation></message>
<message><source>Digest</source><translation>Zusammenfassung</translation></message>
<message><source>Directory not empty</source><translation>Verzeichnis ist nicht leer</translation></message>
<message><source>Disable or enable</source><translation>Aus- oder einschalten</translation></message>
<message><source>Disable {n}</source><translation>{n} ausschalten</translation></message>
<message><source>Disabled</source><translation>Ausgeschaltet</translation></message>
<message><source>Discard</source><translation>Verwerfen</translation></message>
<message><source>Dismiss</source><translation>Ausblenden</translation></message>
<message><source>Distribute across</source><translation>Waagrecht verteilen</translation></message>
<message><source>Distribute down</source><translation>Senkrecht verteilen</translation></message>
<message><source>Distribute {axis}</source><translation>Verteilen: {axis}</translation></message>
<message><source>Do it in an action such as python.code, which keeps every digit.</source><translation>Tun Sie es in einer Aktion wie python.code, die jede Stelle behält.</translation></message>
<message><source>Do not ask again</source><translation>Nicht mehr fragen</translation></message>
<message><source>Do the work in an action such as python.code.</source><translation>Tun Sie die Arbeit in einer Aktion wie python.code.</translation></message>
<message><source>Do the work in an action, whose output may have any size.</source><translation>Tun Sie die Arbeit in einer Aktion, deren Ausgabe beliebig groß sein darf.</translation></message>
<message><source>Document</source><translation>Dokument</translation></message>
<message><source>Documentation of the action</source><translation>Dokumentation der Aktion</translation></message>
<message><source>Does the same work once per store, whichever run asks.</source><translation>Tut dieselbe Arbeit einmal je Ablage, welcher Lauf auch fragt.</translation></message>
<message><source>Don't save</source><translation>Nicht speichern</translation></message>
<message><source>Double-click it</source><translation>Doppelklick darauf</translation></message>
<message><source>Double-click it; again on the knot to straighten</source><translation>Doppelklick darauf; noch einmal auf den Knick begradigt</translation></message>
<message><source>Double-click the canvas</source><translation>Doppelklick auf die Zeichenfläche</translation></message>
<message><source>Double-click to write</source><translation>Doppelklick zum Schreiben</translation></message>
<message><source>Double-click, Enter or F2</source><translation>Doppelklick, Eingabetaste oder F2</translation></message>
<message><source>Download a file of any size to a path.</source><translation>Eine Datei beliebiger Größe in einen Pfad herunterladen.</translation></message>
<message><source>Download file</source><translation>Datei herunterladen</translation></message>
<message><source>Drag</source><translation>Ziehen</translation></message>
<message><source>Drag a port</source><translation>Anschluss ziehen</translation></message>
<message><source>Drag a port into the void</source><translation>Einen Anschluss ins Leere ziehen</translation></message>
<message><source>Drag a side or corner; Shift + Alt + arrows</source><translation>Eine Seite oder Ecke ziehen; Umschalt + Alt + Pfeile</translation></message>
<message><source>Drag a value into a field, or press Enter to write it where the cursor was</source><translation>Ziehen Sie einen Wert in ein Feld, oder drücken Sie die Eingabetaste, um ihn an der Schreibmarke einzusetzen</translation></message>
<message><source>Drag from a port to a node, or click one and then the other</source><translation>Von einem Anschluss zu einem Knoten ziehen, oder erst den einen, dann den anderen anklicken</translation></message>
<message><source>Drag onto the canvas, or double-click to add.</source><translation>Auf die Zeichenfläche ziehen oder zum Hinzufügen doppelklicken.</translation></message>
<message><source>Drag the chip; Alt + Up, Alt + Down</source><translation>Das Plättchen ziehen; Alt + Auf, Alt + Ab</translation></message>
<message><source>Drag them over its border; I, Shift + I</source><translation>Über seinen Rand ziehen; I, Umschalt + I</translation></message>
<message><source>Drag to connect</source><translation>Zum Verbinden ziehen</translation></message>
<message><source>Drag to reorder, or press Alt+Up and Alt+Down; drag onto a card to copy. Delete removes it.</source><translation>Zum Umordnen ziehen oder Alt+Auf und Alt+Ab drücken; zum Kopieren auf eine Karte ziehen. Entf entfernt sie.</translation></message>
<message><source>Drag; Ctrl + arrows nudges</source><translation>Ziehen; Strg + Pfeile rückt</translation></message>
<message><source>Drag; Shift adds, Ctrl toggles</source><translation>Ziehen; Umschalt ergänzt, Strg wechselt</translation></message>
<message><source>Draw a workflow, attach actions and middleware, run it durably. Apache License 2.0.</source><translation>Zeichnen Sie einen Workflow, hängen Sie Aktionen und Middleware an, führen Sie ihn dauerhaft aus. Apache-Lizenz 2.0.</translation></message>
<message><source>Draw long times in which nothing ran short, with their length on the ruler</source><translation>Lange Zeiten, in denen nichts lief, kurz zeichnen; ihre Länge steht auf dem Lineal</translation></message>
<message><source>Draw pictures</source><translation>Bilder zeichnen</translation></message>
<message><source>Draw your first step</source><translation>Zeichnen Sie den ersten Schritt</translation></message>
<message><source>Draws some pictures, makes a thumbnail of each in several processes at a time, and writes a contact sheet.</source><translation>Zeichnet einige Bilder, macht in mehreren Prozessen gleichzeitig von jedem ein Vorschaubild und schreibt eine Übersichtsseite.</translation></message>
<message><source>Drop a node without wires, or an action, upon it; Tab while it is selected</source><translation>Einen Knoten ohne Verbindungen oder eine Aktion darauf ablegen; Tab, während sie ausgewählt ist</translation></message>
<message><source>Drop nodes here: they are what it runs</source><translation>Knoten hier ablegen: Sie werden darin ausgeführt</translation></message>
<message><source>Duplicate</source><translation>Duplizieren</translation></message>
<message><source>Duplicate by dragging</source><translation>Durch Ziehen duplizieren</translation></message>
<message><source>Duplicate with links</source><translation>Mit Verbindungen duplizieren</translation></message>
<message><source>Durability</source><translation>Dauerhaftigkeit</translation></message>
<message><source>Duration</source><translation>Dauer</translation></message>
<message><source>Each name</source><translation>Jeder Name</translation></message>
<message><source>Each once</source><translation>Jeden einmal</translation></message>
<message><source>Each package</source><translation>Jedes Paket</translation></message>
<message><source>Each picture</source><translation>Jedes Bild</translation></message>
<message><source>Each row</source><translation>Jede Zeile</translation></message>
<message><source>Edges run level and upright with rounded corners, in pictures too.</source><translation>Verbindungen laufen waagrecht und senkrecht mit runden Ecken, auch auf Bildern.</translation></message>
<message><source>Edit</source><translation>Bearbeiten</translation></message>
<message><source>Edit inputs</source><translation>Eingaben bearbeiten</translation></message>
<message><source>Edit middleware</source><translation>Middleware bearbeiten</translation></message>
<message><source>Edit note</source><translation>Notiz bearbeiten</translation></message>
<message><source>Edit outputs</source><translation>Ausgaben bearbeiten</translation></message>
<message><source>Edit parameters</source><translation>Parameter bearbeiten</translation></message>
<message><source>Edit settings</source><translation>Einstellungen bearbeiten</translation></message>
<message><source>Edit {name}</source><translation>{name} bearbeiten</translation></message>
<message><source>Edit {name} of {node}</source><translation>{name} von {node} bearbeiten</translation></message>
<message><source>Edit {text}…</source><translation>{text} bearbeiten …</translation></message>
<message><source>Edit…</source><translation>Bearbeiten …</translation></message>
<message><source>Either 'value' or 'items' must be given.</source><translation>Entweder 'value' oder 'items' muss gegeben sein.</translation></message>
<message><source>Empty note</source><translation>Leere Notiz</translation></message>
<message><source>Empty: the user data directory.</source><translation>Leer: das Datenverzeichnis des Benutzers.</translation></message>
<message><source>Encoding</source><translation>Zeichensatz</translation></message>
<message><source>Encoding of input and output; bytes that do not fit it are shown by their numbers.</source><translation>Zeichenkodierung von Ein- und Ausgabe; Bytes, die nicht passen, erscheinen als Zahlen.</translation></message>
<message><source>Encoding of text and JSON; a byte order mark at the start of UTF-8 is left out.</source><translation>Zeichenkodierung von Text und JSON; eine Byte-Reihenfolge-Marke am Anfang von UTF-8 wird weggelassen.</translation></message>
<message><source>Encoding of text.</source><translation>Zeichenkodierung von Text.</translation></message>
<message><source>Encrypted (TLS)</source><translation>Verschlüsselt (TLS)</translation></message>
<message><source>Encryption</source><translation>Verschlüsselung</translation></message>
<message><source>End</source><translation>Ende</translation></message>
<message><source>End a path well, with a message that says why.</source><translation>Einen Weg gut beenden, mit einer Nachricht, die den Grund nennt.</translation></message>
<message><source>End comparison</source><translation>Vergleich beenden</translation></message>
<message><source>End the comparison</source><translation>Vergleich beenden</translation></message>
<message><source>Ended</source><translation>Beendet</translation></message>
<message><source>Ended alike</source><translation>Endete gleich</translation></message>
<message><source>Ended differently</source><translation>Endete anders</translation></message>
<message><source>Ended runs are removed by 'floworch prune'.</source><translation>Beendete Läufe entfernt 'floworch prune'.</translation></message>
<message><source>Ending for equal names</source><translation>Endung bei gleichen Namen</translation></message>
<message><source>Endpoint</source><translation>Endpunkt</translation></message>
<message><source>English</source><translation>English</translation></message>
<message><source>Entry {0} of run '{1}' is damaged: it is not what was kept.</source><translation>Eintrag {0} des Laufs „{1}“ ist beschädigt: Er ist nicht, was aufbewahrt wurde.</translation></message>
<message><source>Environment ({variable})</source><translation>Umgebung ({variable})</translation></message>
<message><source>Environment variables</source><translation>Umgebungsvariablen</translation></message>
<message><source>Environment variables to set in addition; null removes one.</source><translation>Umgebungsvariablen, die zusätzlich gesetzt werden; null nimmt eine weg.</translation></message>
<message><source>Equals</source><translation>Ist gleich</translation></message>
<message><source>Error</source><translation>Fehler</translation></message>
<message><source>Error binding parameter {0}: type {1} is not supported</source><translation>der Parameter {0} hat einen Typ, den die Datenbank nicht annimmt: {1}</translation></message>
<message><source>Error connecting to {0} on port {1}: {2}</source><translation>Fehler beim Verbinden mit {0} an Port {1}: {2}</translation></message>
<message><source>Errors only</source><translation>Nur Fehler</translation></message>
<message><source>Event number {0} cannot be journaled: the next number is {1}.</source><translation>Das Ereignis Nummer {0} kann nicht ins Journal: Die nächste Nummer ist {1}.</translation></message>
<message><source>Event number {0} holds a number that does not fit the journal: {1}.</source><translation>Das Ereignis Nummer {0} enthält eine Zahl, die nicht ins Journal passt: {1}.</translation></message>
<message><source>Event {0} of run '{1}' is about node {2}; there are {3}.</source><translation>Das Ereignis {0} des Laufs '{1}' handelt vom Knoten {2}; es gibt {3}.</translation></message>
<message><source>Events</source><translation>Ereignisse</translation></message>
<message><source>Every node runs inside the layer</source><translation>Jeder Knoten läuft in der Schicht</translation></message>
<message><source>Every node runs inside the layer {0}, which no other process can find: {1}</source><translation>Jeder Knoten läuft in der Schicht {0}, die kein anderer Prozess finden kann: {1}</translation></message>
<message><source>Everything</source><translation>Alles</translation></message>
<message><source>Everything on this desktop can read the clipboard.</source><translation>Alles auf diesem Desktop kann die Zwischenablage lesen.</translation></message>
<message><source>Everything runs again, with the same inputs.</source><translation>Alles läuft noch einmal, mit denselben Eingaben.</translation></message>
<message><source>Example</source><translation>Beispiel</translation></message>
<message><source>Examples</source><translation>Beispiele</translation></message>
<message><source>Examples…</source><translation>Beispiele …</translation></message>
<message><source>Excel and Parquet files, YAML</source><translation>Excel- und Parquet-Dateien, YAML</translation></message>
<message><source>Execute SQL</source><translation>SQL ausführen</translation></message>
<message><source>Execution</source><translation>Ausführung</translation></message>
<message><source>Exit codes that are fine</source><translation>Gute Rückgabecodes</translation></message>
<message><source>Exit codes that count as success; an empty list accepts every code.</source><translation>Exit-Codes, die als Erfolg zählen; eine leere Liste lässt jeden gelten.</translation></message>
<message><source>Expected object</source><translation>Erwartetes Objekt</translation></message>
<message><source>Expecting property name enclosed in double quotes: line {0} column {1} (char {2})</source><translation>ein Name in doppelten Anführungszeichen wird erwartet: Zeile {0}, Spalte {1} (Zeichen {2})</translation></message>
<message><source>Expecting value: line {0} column {1} (char {2})</source><translation>ein Wert wird erwartet: Zeile {0}, Spalte {1} (Zeichen {2})</translation></message>
<message><source>Expecting {0} delimiter: line {1} column {2} (char {3})</source><translation>{0} wird erwartet: Zeile {1}, Spalte {2} (Zeichen {3})</translation></message>
<message><source>Explain the fields, give examples, or use another model.</source><translation>Erklären Sie die Felder, geben Sie Beispiele, oder nehmen Sie ein anderes Modell.</translation></message>
<message><source>Explain what would run</source><translation>Erklären, was laufen würde</translation></message>
<message><source>Export</source><translation>Exportieren</translation></message>
<message><source>Export a report of the run</source><translation>Bericht des Laufs exportieren</translation></message>
<message><source>Export a report of the run…</source><translation>Bericht des Laufs exportieren …</translation></message>
<message><source>Export a report…</source><translation>Bericht exportieren …</translation></message>
<message><source>Export shortcuts</source><translation>Tastenkürzel exportieren</translation></message>
<message><source>Export the {0} in parts.</source><translation>Exportieren Sie in Teilen: {0}.</translation></message>
<message><source>Exported to {name}.</source><translation>Nach {name} exportiert.</translation></message>
<message><source>Exported {name}</source><translation>{name} exportiert</translation></message>
<message><source>Export…</source><translation>Exportieren …</translation></message>
<message><source>Expression</source><translation>Ausdruck</translation></message>
<message><source>Expression that gives the text of an 'item'.</source><translation>Ausdruck, der den Text eines 'item' gibt.</translation></message>
<message><source>Expressions, evaluated when the run ends.</source><translation>Ausdrücke, die am Ende des Laufs ausgewertet werden.</translation></message>
<message><source>External service error</source><translation>Fehler eines fremden Dienstes</translation></message>
<message><source>Extra data: line {0} column {1} (char {2})</source><translation>überzählige Daten: Zeile {0}, Spalte {1} (Zeichen {2})</translation></message>
<message><source>Extract with AI</source><translation>Mit KI herauslesen</translation></message>
<message><source>F2 renames it everywhere.</source><translation>F2 benennt überall um.</translation></message>
<message><source>FLOWORCH_RETRY_COUNT must be a whole number from 0 to 9999, not {0}.</source><translation>FLOWORCH_RETRY_COUNT muss eine ganze Zahl von 0 bis 9999 sein, nicht {0}.</translation></message>
<message><source>FLOWORCH_RETRY_DELAY must be a duration, not {0}.</source><translation>FLOWORCH_RETRY_DELAY muss eine Dauer sein, nicht {0}.</translation></message>
<message><source>FLOWORCH_TRUST holds {0}, which is not the content of a definition.</source><translation>FLOWORCH_TRUST enthält {0}, das ist nicht der Inhalt einer Definition.</translation></message>
<message><source>Factor between delays</source><translation>Faktor zwischen den Wartezeiten</translation></message>
<message><source>Factor from one delay to the next.</source><translation>Faktor von einer Wartezeit zur nächsten.</translation></message>
<message><source>Fail</source><translation>Fehlschlagen</translation></message>
<message><source>Fail with a message and a kind.</source><translation>Mit einer Nachricht und einer Art fehlschlagen.</translation></message>
<message><source>Failed</source><translation>Fehlgeschlagen</translation></message>
<message><source>Failed attempt</source><translation>Fehlgeschlagener Versuch</translation></message>
<message><source>Failed items, with index, kind, message and node.</source><translation>Fehlgeschlagene Elemente, mit index, kind, message und node.</translation></message>
<message><source>Failures in a row that open the circuit.</source><translation>Fehlschläge hintereinander, die den Stromkreis öffnen.</translation></message>
<message><source>Failures until it opens</source><translation>Fehler bis zum Öffnen</translation></message>
<message><source>Fallback</source><translation>Ersatzwert</translation></message>
<message><source>Faster</source><translation>Schneller</translation></message>
<message><source>Field</source><translation>Feld</translation></message>
<message><source>Field of the items</source><translation>Feld der Elemente</translation></message>
<message><source>Field of the left rows</source><translation>Feld der linken Zeilen</translation></message>
<message><source>Field of the next page</source><translation>Feld der nächsten Seite</translation></message>
<message><source>Field of the right rows</source><translation>Feld der rechten Zeilen</translation></message>
<message><source>Field or expression</source><translation>Feld oder Ausdruck</translation></message>
<message><source>Fields</source><translation>Felder</translation></message>
<message><source>Fields ("size", "owner.name"), or {key, desc} where key may be an expression that sees item. Without any, the order stays.</source><translation>Felder ("size", "owner.name") oder {key, desc}, wobei key ein Ausdruck sein darf, der item sieht. Ohne Angabe bleibt die Reihenfolge.</translation></message>
<message><source>Fields of the first item</source><translation>Felder des ersten Elements</translation></message>
<message><source>Fields of the first item: {0}.</source><translation>Felder des ersten Elements: {0}.</translation></message>
<message><source>Fields sent like a web form.</source><translation>Felder, die wie ein Webformular gesendet werden.</translation></message>
<message><source>Fields that must be equal ("id"), or {left, right} where they differ; both may be expressions that see item.</source><translation>Felder, die gleich sein müssen ("id"), oder {left, right}, wo sie sich unterscheiden; beide dürfen Ausdrücke sein, die item sehen.</translation></message>
<message><source>Fields to group by ("suffix", "owner.name"), or {key, as} with an expression that sees item. Without any, everything is one group.</source><translation>Felder, nach denen gruppiert wird ("suffix", "owner.name"), oder {key, as} mit einem Ausdruck, der item sieht. Ohne Angabe ist alles eine Gruppe.</translation></message>
<message><source>Fields with dots in their names make no nested objects here.</source><translation>Felder mit Punkten im Namen ergeben hier keine verschachtelten Objekte.</translation></message>
<message><source>Fields: {0}.</source><translation>Felder: {0}.</translation></message>
<message><source>File</source><translation>Datei</translation></message>
<message><source>File as body</source><translation>Datei als Inhalt</translation></message>
<message><source>File exists</source><translation>Datei gibt es schon</translation></message>
<message><source>File name too long</source><translation>Dateiname ist zu lang</translation></message>
<message><source>File of dead letters</source><translation>Datei für Unzustellbares</translation></message>
<message><source>File of known servers</source><translation>Datei bekannter Server</translation></message>
<message><source>File or folder</source><translation>Datei oder Ordner</translation></message>
<message><source>File that gets the lines, or a directory: then &lt;workflow&gt;.jsonl in it. A relative path starts in the folder the run was started in. May hold expressions.</source><translation>Datei, in die die Zeilen kommen, oder ein Ordner: dann &lt;Workflow&gt;.jsonl darin. Ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde. Darf Ausdrücke enthalten.</translation></message>
<message><source>File to hash</source><translation>Datei</translation></message>
<message><source>File with the keys of known servers; by default that of ssh.</source><translation>Datei mit den Schlüsseln bekannter Server; Vorgabe: die von ssh.</translation></message>
<message><source>File with the private key; by default the agent and the keys of ssh are tried.</source><translation>Datei mit dem privaten Schlüssel; Vorgabe: Der Agent und die Schlüssel von ssh werden versucht.</translation></message>
<message><source>File {0} is encrypted, password required for extraction</source><translation>die Datei {0} ist verschlüsselt, zum Auspacken wird ein Passwort gebraucht</translation></message>
<message><source>Files</source><translation>Dateien</translation></message>
<message><source>Files in the form</source><translation>Dateien im Formular</translation></message>
<message><source>Files of at least this size are listed as large.</source><translation>Dateien ab dieser Größe werden als groß aufgeführt.</translation></message>
<message><source>Files on the other machine</source><translation>Dateien auf dem anderen Rechner</translation></message>
<message><source>Files on this machine</source><translation>Dateien auf diesem Rechner</translation></message>
<message><source>Files over SFTP</source><translation>Dateien über SFTP</translation></message>
<message><source>Files sent with 'form' as multipart/form-data: fields, and the path or paths of each.</source><translation>Dateien, die mit 'form' als multipart/form-data gesendet werden: Felder, und zu jedem der Pfad oder die Pfade.</translation></message>
<message><source>Fill database</source><translation>Datenbank füllen</translation></message>
<message><source>Fill in…</source><translation>Ausfüllen …</translation></message>
<message><source>Filter</source><translation>Filtern</translation></message>
<message><source>Filter by status</source><translation>Nach Zustand filtern</translation></message>
<message><source>Filter or convert the items first, or use an expression that sees item as the key.</source><translation>Filtern oder wandeln Sie die Elemente zuerst um, oder nehmen Sie als Schlüssel einen Ausdruck, der item sieht.</translation></message>
<message><source>Filter runs</source><translation>Läufe filtern</translation></message>
<message><source>Find a node</source><translation>Knoten suchen</translation></message>
<message><source>Find a node:  name, action,  is:failed,  type:http</source><translation>Knoten suchen:  Name, Aktion,  is:failed,  type:http</translation></message>
<message><source>Find a node…</source><translation>Knoten suchen …</translation></message>
<message><source>Find an item by its number or words</source><translation>Ein Element nach Nummer oder Wörtern finden</translation></message>
<message><source>Find duplicates</source><translation>Doppelte finden</translation></message>
<message><source>Find the next node</source><translation>Nächsten Knoten suchen</translation></message>
<message><source>Find the pictures</source><translation>Bilder suchen</translation></message>
<message><source>Find the previous node</source><translation>Vorigen Knoten suchen</translation></message>
<message><source>Fires like “approved”</source><translation>Feuert wie „approved“</translation></message>
<message><source>Fires when somebody said no</source><translation>Feuert, wenn jemand abgelehnt hat</translation></message>
<message><source>Fires when somebody said yes</source><translation>Feuert, wenn jemand zugestimmt hat</translation></message>
<message><source>Fires when the node has completed</source><translation>Feuert, wenn der Knoten abgeschlossen ist</translation></message>
<message><source>Fires when the node has ended, well or not</source><translation>Feuert, wenn der Knoten beendet ist, gut oder nicht</translation></message>
<message><source>Fires when the node has failed; the run goes on there</source><translation>Feuert, wenn der Knoten fehlgeschlagen ist; dort geht der Lauf weiter</translation></message>
<message><source>First delay</source><translation>Erste Wartezeit</translation></message>
<message><source>First line holds the names</source><translation>Erste Zeile enthält die Namen</translation></message>
<message><source>First part of every name.</source><translation>Erster Teil jedes Namens.</translation></message>
<message><source>First part of names</source><translation>Erster Teil der Namen</translation></message>
<message><source>First run</source><translation>Erster Lauf</translation></message>
<message><source>Fit everything</source><translation>Alles zeigen</translation></message>
<message><source>Fit everything (1)</source><translation>Alles zeigen (1)</translation></message>
<message><source>Fit frame</source><translation>Rahmen anpassen</translation></message>
<message><source>Fit the frame to its nodes</source><translation>Rahmen an seine Knoten anpassen</translation></message>
<message><source>Fix</source><translation>Beheben</translation></message>
<message><source>Fix: {value}</source><translation>Beheben: {value}</translation></message>
<message><source>Fixed. Ctrl+Z takes it back.</source><translation>Behoben. Strg+Z nimmt es zurück.</translation></message>
<message><source>Flatten the nested lists and objects.</source><translation>Machen Sie die verschachtelten Listen und Objekte flacher.</translation></message>
<message><source>Floating bar</source><translation>Schwebende Leiste</translation></message>
<message><source>Floating bar of the canvas</source><translation>Schwebende Leiste der Zeichenfläche</translation></message>
<message><source>Flow</source><translation>Steuerung</translation></message>
<message><source>Flow Orchestrator</source><translation>Flow Orchestrator</translation></message>
<message><source>Focus mode</source><translation>Fokusmodus</translation></message>
<message><source>Fold all frames and containers</source><translation>Alle Rahmen und Behälter einklappen</translation></message>
<message><source>Fold or open the frame or container</source><translation>Rahmen oder Behälter ein- oder ausklappen</translation></message>
<message><source>Folder</source><translation>Ordner</translation></message>
<message><source>Folder audit</source><translation>Ordnerprüfung</translation></message>
<message><source>Folder of files</source><translation>Ordner mit Dateien</translation></message>
<message><source>Folder of logs</source><translation>Ordner mit Protokollen</translation></message>
<message><source>Folder of the pictures</source><translation>Ordner der Bilder</translation></message>
<message><source>Folder there to run in.</source><translation>Ordner dort, in dem ausgeführt wird.</translation></message>
<message><source>Folder to run in; by default, and where a relative path starts, the folder the run was started in.</source><translation>Ordner, in dem ausgeführt wird; Vorgabe und Anfang eines relativen Pfads ist der Ordner, in dem der Lauf gestartet wurde.</translation></message>
<message><source>Folder to save attachments in; empty saves none. A relative path starts in the folder the run was started in.</source><translation>Ordner für die Anhänge; leer werden keine gespeichert. Ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde.</translation></message>
<message><source>Follow a portal to the other one</source><translation>Einem Portal zum anderen folgen</translation></message>
<message><source>Follow links</source><translation>Verknüpfungen folgen</translation></message>
<message><source>Follow redirects</source><translation>Umleitungen folgen</translation></message>
<message><source>Follow what runs</source><translation>Dem Laufenden folgen</translation></message>
<message><source>For a database in a file write its path: ./{0}</source><translation>Für eine Datenbank in einer Datei schreiben Sie ihren Pfad: ./{0}</translation></message>
<message><source>For each</source><translation>Für jedes</translation></message>
<message><source>For get, the folder to write into (or the file when one file is named and this is no folder); for put, a file, a pattern or a list of paths. A relative path starts in the folder the run was started in.</source><translation>Bei get der Ordner, in den geschrieben wird (oder die Datei, wenn eine Datei genannt und dies kein Ordner ist); bei put eine Datei, ein Muster oder eine Liste von Pfaden. Ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde.</translation></message>
<message><source>For get, the folder to write into (or the file when one object is named and this is no folder); for put, a file, a pattern or a list of paths. A relative path starts in the folder the run was started in.</source><translation>Bei get der Ordner, in den geschrieben wird (oder die Datei, wenn ein Objekt genannt und dies kein Ordner ist); bei put eine Datei, ein Muster oder eine Liste von Pfaden. Ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde.</translation></message>
<message><source>For people; the engine ignores them.</source><translation>Für Menschen; der Lauf beachtet sie nicht.</translation></message>
<message><source>For runs that nobody watches.</source><translation>Für Läufe, bei denen niemand zusieht.</translation></message>
<message><source>Foreach over a table</source><translation>Schleife über eine Tabelle</translation></message>
<message><source>Form fields</source><translation>Formularfelder</translation></message>
<message><source>FormField</source><translation>Formularfeld</translation></message>
<message><source>Format</source><translation>Format</translation></message>
<message><source>Format of the body</source><translation>Format des Textes</translation></message>
<message><source>Forward again</source><translation>Wieder vorwärts</translation></message>
<message><source>Frame</source><translation>Rahmen</translation></message>
<message><source>Frame nodes</source><translation>Knoten einrahmen</translation></message>
<message><source>Frame selection</source><translation>Auswahl zeigen</translation></message>
<message><source>Free some space ({0}); what was there before is unchanged.</source><translation>Schaffen Sie Platz ({0}); was vorher da war, ist unverändert.</translation></message>
<message><source>Free some space, or choose another directory with --store or FLOWORCH_STORE.</source><translation>Schaffen Sie Platz, oder wählen Sie mit --store oder FLOWORCH_STORE ein anderes Verzeichnis.</translation></message>
<message><source>Free some space, then resume the run; nothing that was confirmed is lost.</source><translation>Schaffen Sie Platz, und setzen Sie dann den Lauf fort; nichts Bestätigtes ist verloren.</translation></message>
<message><source>Free some space; the database is unchanged.</source><translation>Schaffen Sie Platz; die Datenbank ist unverändert.</translation></message>
<message><source>From</source><translation>Von</translation></message>
<message><source>From the beginning</source><translation>Von Anfang an</translation></message>
<message><source>From the last completed run</source><translation>Nach dem letzten abgeschlossenen Lauf</translation></message>
<message><source>From the last {n} completed runs</source><translation>Nach den letzten {n} abgeschlossenen Läufen</translation></message>
<message><source>From the next start on.</source><translation>Ab dem nächsten Start.</translation></message>
<message><source>From the selected step, “{title}”</source><translation>Ab dem ausgewählten Schritt „{title}“</translation></message>
<message><source>From the workflow, outside of these: {names}</source><translation>Vom Workflow, außerhalb von diesen: {names}</translation></message>
<message><source>From what failed</source><translation>Ab dem, was fehlgeschlagen ist</translation></message>
<message><source>From where</source><translation>Ab wo</translation></message>
<message><source>Full</source><translation>Voll</translation></message>
<message><source>Function</source><translation>Funktion</translation></message>
<message><source>Functions in it: {0}.</source><translation>Funktionen darin: {0}.</translation></message>
<message><source>Further names</source><translation>Weitere Namen</translation></message>
<message><source>Further names for the template; they hide inputs, data and the like.</source><translation>Weitere Namen für die Vorlage; sie verdecken inputs, data und dergleichen.</translation></message>
<message><source>Further rows are not read; of a table, all are.</source><translation>Weitere Zeilen werden nicht gelesen; von einer Tabelle alle.</translation></message>
<message><source>General</source><translation>Allgemein</translation></message>
<message><source>Get, put, list or delete files on another machine over SFTP.</source><translation>Dateien auf einem anderen Rechner über SFTP holen, senden, auflisten oder löschen.</translation></message>
<message><source>Get, put, list or delete objects of a store that speaks the protocol of S3.</source><translation>Objekte einer Ablage, die das Protokoll von S3 spricht, holen, senden, auflisten oder löschen.</translation></message>
<message><source>Git commits</source><translation>Git-Commits</translation></message>
<message><source>Give 'value' an object such as {{{{ nodes.check.output }}}}, or set keep to none.</source><translation>Geben Sie 'value' ein Objekt wie {{{{ nodes.check.output }}}}, oder setzen Sie keep auf none.</translation></message>
<message><source>Give 'value' one value to check, or 'items' a list.</source><translation>Geben Sie 'value' einen Wert zum Prüfen oder 'items' eine Liste.</translation></message>
<message><source>Give 'value' something to hash, or 'file' a path.</source><translation>Geben Sie 'value' etwas oder 'file' einen Pfad.</translation></message>
<message><source>Give 'value' what is to be kept.</source><translation>Geben Sie 'value', was aufgehoben werden soll.</translation></message>
<message><source>Give 'when' a condition, or 'match' the value to compare with.</source><translation>Geben Sie 'when' eine Bedingung oder 'match' den Wert zum Vergleichen.</translation></message>
<message><source>Give '{0}' a value, or name a connection of the type {1}.</source><translation>Geben Sie '{0}' einen Wert, oder nennen Sie eine Verbindung der Art {1}.</translation></message>
<message><source>Give '{0}' a value.</source><translation>Geben Sie '{0}' einen Wert.</translation></message>
<message><source>Give a default: | int(0).</source><translation>Geben Sie eine Vorgabe: | int(0).</translation></message>
<message><source>Give a duration such as 30s, or 'until' a point in time.</source><translation>Geben Sie eine Dauer wie 30s oder mit 'until' einen Zeitpunkt.</translation></message>
<message><source>Give a list of objects, for example the rows of a query.</source><translation>Geben Sie eine Liste von Objekten, zum Beispiel die Zeilen einer Abfrage.</translation></message>
<message><source>Give a list of objects: [{{"column": value}}, ...].</source><translation>Geben Sie eine Liste von Objekten: [{{"column": value}}, ...].</translation></message>
<message><source>Give a value or an expression for each.</source><translation>Geben Sie für jede einen Wert oder einen Ausdruck.</translation></message>
<message><source>Give an age, a number, or both.</source><translation>Geben Sie ein Alter, eine Zahl oder beides an.</translation></message>
<message><source>Give an object, or set keep to none.</source><translation>Geben Sie ein Objekt, oder setzen Sie keep auf none.</translation></message>
<message><source>Give both, or the name of a connection of the type mail that has them.</source><translation>Geben Sie beide, oder den Namen einer Verbindung der Art mail, die sie hat.</translation></message>
<message><source>Give each definition that is served an id of its own.</source><translation>Geben Sie jeder bedienten Definition eine eigene Kennung.</translation></message>
<message><source>Give each entry of 'aggregates' its own 'as'.</source><translation>Geben Sie jedem Eintrag von 'aggregates' ein eigenes 'as'.</translation></message>
<message><source>Give every :name of the statement a value in 'params'.</source><translation>Geben Sie jedem :name der Anweisung einen Wert in 'params'.</translation></message>
<message><source>Give every argument by its name.</source><translation>Geben Sie jedes Argument mit seinem Namen.</translation></message>
<message><source>Give every row its keys, or leave such rows out.</source><translation>Geben Sie jeder Zeile ihre Schlüssel, oder lassen Sie solche Zeilen weg.</translation></message>
<message><source>Give every setting of this page its default?</source><translation>Jeder Einstellung dieser Seite ihre Vorgabe geben?</translation></message>
<message><source>Give fields in 'form'.</source><translation>Geben Sie Felder in 'form'.</translation></message>
<message><source>Give it a default, or declare it as required.</source><translation>Geben Sie ihr eine Vorgabe, oder machen Sie sie zur Pflicht.</translation></message>
<message><source>Give it another one: letters and digits are safe everywhere.</source><translation>Geben Sie ihr einen anderen: Buchstaben und Ziffern sind überall sicher.</translation></message>
<message><source>Give it as a parameter: "params": {{"timeout": {0}}}.</source><translation>Geben Sie es als Parameter: "params": {{"timeout": {0}}}.</translation></message>
<message><source>Give it as a variable in 'env', or the command as a list: [program, argument].</source><translation>Geben Sie den Wert als Variable in 'env' an oder den Befehl als Liste: [Programm, Argument].</translation></message>
<message><source>Give it what build() returns.</source><translation>Übergeben Sie, was build() zurückgibt.</translation></message>
<message><source>Give one of them another path.</source><translation>Geben Sie einem davon einen anderen Pfad.</translation></message>
<message><source>Give one of {0}.</source><translation>Geben Sie eines von {0}.</translation></message>
<message><source>Give rules, or a schema.</source><translation>Geben Sie Regeln oder ein Schema.</translation></message>
<message><source>Give the command as a list: [program, argument]. '| quote' is for sh, bash and zsh.</source><translation>Geben Sie den Befehl als Liste an: [Programm, Argument]. '| quote' ist für sh, bash und zsh.</translation></message>
<message><source>Give the dropped items, too</source><translation>Auch Aussortierte ausgeben</translation></message>
<message><source>Give the file that was exported.</source><translation>Geben Sie die Datei an, die exportiert wurde.</translation></message>
<message><source>Give the file that {0} exports.</source><translation>Geben Sie die Datei an, die {0} exportiert.</translation></message>
<message><source>Give the id of a node, 'node:port', or a list of these.</source><translation>Geben Sie die Kennung eines Knotens, 'node:port' oder eine Liste davon.</translation></message>
<message><source>Give the id of the earlier run.</source><translation>Die Id des früheren Laufs angeben.</translation></message>
<message><source>Give the node's parameter 'value', or use 'when' with a condition.</source><translation>Geben Sie den Parameter 'value' des Knotens, oder nehmen Sie 'when' mit einer Bedingung.</translation></message>
<message><source>Give the path of a SQLite file, or a URL such as postgresql://user@host/name.</source><translation>Geben Sie den Pfad einer SQLite-Datei oder eine URL wie postgresql://user@host/name.</translation></message>
<message><source>Give the path of a python executable in 'interpreter', or leave it out.</source><translation>Geben Sie in 'interpreter' den Pfad eines Python-Programms an, oder lassen Sie es weg.</translation></message>
<message><source>Give the run a name, and tags to find it by</source><translation>Dem Lauf einen Namen geben, und Schlagworte, unter denen man ihn findet</translation></message>
<message><source>Give times of change</source><translation>Änderungszeiten angeben</translation></message>
<message><source>Give what build() returns.</source><translation>Geben Sie, was build() zurückgibt.</translation></message>
<message><source>Gives a value or another action's output after a failure.</source><translation>Gibt nach einem Fehlschlag einen Wert oder die Ausgabe einer anderen Aktion.</translation></message>
<message><source>Gives the result of an earlier execution with the same key.</source><translation>Gibt das Ergebnis einer früheren Ausführung mit demselben Schlüssel.</translation></message>
<message><source>Go</source><translation>Gehe</translation></message>
<message><source>Go along the bars of a row in the timeline</source><translation>In einer Zeile der Zeitachse von Balken zu Balken gehen</translation></message>
<message><source>Go into the panel first that is to be moved, by its key or a click.</source><translation>Gehen Sie zuerst in den Bereich, der verschoben werden soll: mit seiner Taste oder einem Klick.</translation></message>
<message><source>Go on while this window is closed</source><translation>Weiterlaufen, während dieses Fenster geschlossen ist</translation></message>
<message><source>Go on with a paused, waiting or interrupted run</source><translation>Einen pausierten, wartenden oder unterbrochenen Lauf fortsetzen</translation></message>
<message><source>Go on with: floworch resume {0}</source><translation>Weiter geht es mit: floworch resume {0}</translation></message>
<message><source>Go over and resume</source><translation>Übernehmen und fortsetzen</translation></message>
<message><source>Go to bookmark</source><translation>Zum Lesezeichen</translation></message>
<message><source>Go to bookmark 2</source><translation>Zu Lesezeichen 2 gehen</translation></message>
<message><source>Go to bookmark 3</source><translation>Zu Lesezeichen 3 gehen</translation></message>
<message><source>Go to bookmark 4</source><translation>Zu Lesezeichen 4 gehen</translation></message>
<message><source>Go to bookmark 5</source><translation>Zu Lesezeichen 5 gehen</translation></message>
<message><source>Go to bookmark 6</source><translation>Zu Lesezeichen 6 gehen</translation></message>
<message><source>Go to bookmark 7</source><translation>Zu Lesezeichen 7 gehen</translation></message>
<message><source>Go to bookmark 8</source><translation>Zu Lesezeichen 8 gehen</translation></message>
<message><source>Go to bookmark 9</source><translation>Zu Lesezeichen 9 gehen</translation></message>
<message><source>Go to the canvas</source><translation>Zur Zeichenfläche</translation></message>
<message><source>Good to know</source><translation>Gut zu wissen</translation></message>
<message><source>Graphics card</source><translation>Grafikkarte</translation></message>
<message><source>Graphviz graph</source><translation>Graphviz-Graph</translation></message>
<message><source>Greatest</source><translation>Höchstens</translation></message>
<message><source>Greatest number, or greatest length of a text or list.</source><translation>Größte Zahl oder größte Länge eines Texts oder einer Liste.</translation></message>
<message><source>Green</source><translation>Grün</translation></message>
<message><source>Grey</source><translation>Grau</translation></message>
<message><source>Group</source><translation>Gruppieren</translation></message>
<message><source>Group by</source><translation>Gruppieren nach</translation></message>
<message><source>Group by content</source><translation>Nach Inhalt</translation></message>
<message><source>Group rows and compute totals.</source><translation>Zeilen gruppieren und Summen berechnen.</translation></message>
<message><source>Group the items into batches, or raise the limit with the setting {0}.</source><translation>Fassen Sie die Elemente zu Stapeln zusammen, oder erhöhen Sie die Grenze mit der Einstellung {0}.</translation></message>
<message><source>HTTP request</source><translation>HTTP-Anfrage</translation></message>
<message><source>Hash</source><translation>Prüfsumme</translation></message>
<message><source>Hash each file</source><translation>Prüfsummen</translation></message>
<message><source>Hash the file</source><translation>Dateiprüfsumme</translation></message>
<message><source>Hashes every file below a folder, finds duplicates and unusually large files, and writes an HTML report and a SQLite table. Without a folder it audits the packages of the Python it runs on.</source><translation>Berechnet die Prüfsumme jeder Datei unter einem Ordner, findet doppelte und ungewöhnlich große Dateien und schreibt einen HTML-Bericht und eine SQLite-Tabelle. Ohne Ordner prüft er die Pakete des Python, auf dem er läuft.</translation></message>
<message><source>Header</source><translation>Kopfzeile</translation></message>
<message><source>Header field</source><translation>Kopfzeile</translation></message>
<message><source>Header fields of the request.</source><translation>Kopfzeilen der Anfrage.</translation></message>
<message><source>Header fields, such as Content-Type.</source><translation>Kopfzeilen wie Content-Type.</translation></message>
<message><source>Header fields; for a token write Bearer {{ secrets.TOKEN }} as Authorization.</source><translation>Kopfzeilen; für ein Token schreiben Sie Bearer {{ secrets.TOKEN }} bei Authorization.</translation></message>
<message><source>Header of the key</source><translation>Kopfzeile des Schlüssels</translation></message>
<message><source>Header that tells a request that is sent again, such as X-GitHub-Delivery; empty for none.</source><translation>Kopfzeile, an der eine wiederholte Anfrage zu erkennen ist, etwa X-GitHub-Delivery; leer: keine.</translation></message>
<message><source>Headers</source><translation>Kopfzeilen</translation></message>
<message><source>Heaviest parcel in kg</source><translation>Schwerstes Paket in kg</translation></message>
<message><source>Help</source><translation>Hilfe</translation></message>
<message><source>Here</source><translation>Hier</translation></message>
<message><source>Here is still what was read before. Reading it again can be undone.</source><translation>Hier steht noch, was vorher gelesen wurde. Das neue Lesen kann rückgängig gemacht werden.</translation></message>
<message><source>Hidden copy to (Bcc)</source><translation>Blindkopie an (Bcc)</translation></message>
<message><source>Hidden files, too</source><translation>Auch versteckte Dateien</translation></message>
<message><source>Hide</source><translation>Ausblenden</translation></message>
<message><source>Hide (the View menu shows it again)</source><translation>Ausblenden (das Menü Ansicht zeigt es wieder)</translation></message>
<message><source>Hide {windowtitle}</source><translation>{windowtitle} ausblenden</translation></message>
<message><source>Hold Alt over it</source><translation>Alt darüber halten</translation></message>
<message><source>Hold the replay</source><translation>Wiedergabe pausieren</translation></message>
<message><source>Host</source><translation>Rechner</translation></message>
<message><source>Host key is not trusted for host {0}</source><translation>dem Schlüssel des Rechners {0} wird nicht vertraut</translation></message>
<message><source>How answers that come in pages are asked for, so that the body is the list of all their items: link follows the Link header, cursor sends back what an answer says, page counts up until a page is empty. A file may also hold all that is about pages in it: {"cursor": {"cursor": "meta.next", "items": "data"}}.</source><translation>Wie Antworten geholt werden, die in Seiten kommen, sodass der Inhalt die Liste aller Elemente ist: link folgt der Kopfzeile Link, cursor sendet zurück, was eine Antwort nennt, page zählt hoch, bis eine Seite leer ist. Eine Datei kann auch alles, was Seiten betrifft, darin nennen: {"cursor": {"cursor": "meta.next", "items": "data"}}.</translation></message>
<message><source>How important it is.</source><translation>Wie wichtig es ist.</translation></message>
<message><source>How long a file must not change to count as stable.</source><translation>Wie lange sich eine Datei nicht ändern darf, um als fertig zu gelten.</translation></message>
<message><source>How long a result is good: 30s, 5m, 7d. Empty: for ever.</source><translation>Wie lange ein Ergebnis gilt: 30s, 5m, 7d. Leer: für immer.</translation></message>
<message><source>How long a result is remembered: 30s, 5m, 7d. Empty: for ever.</source><translation>Wie lange ein Ergebnis gemerkt wird: 30s, 5m, 7d. Leer: für immer.</translation></message>
<message><source>How long an item that no longer comes is remembered.</source><translation>Wie lange ein Element gemerkt wird, das nicht mehr kommt.</translation></message>
<message><source>How long it stays open before it is tried again: 250ms, 30s, 5m.</source><translation>Wie lange er offen bleibt, bevor es wieder versucht wird: 250ms, 30s, 5m.</translation></message>
<message><source>How long size and time of a file must not change, so that it is written to the end.</source><translation>Wie lange sich Größe und Zeit einer Datei nicht ändern dürfen, damit sie als zu Ende geschrieben gilt.</translation></message>
<message><source>How long to wait before asking again.</source><translation>Wie lange gewartet wird, bevor wieder gefragt wird.</translation></message>
<message><source>How long to wait before failing with timeout_error; without it, for ever.</source><translation>Wie lange gewartet wird, bevor es mit timeout_error fehlschlägt; ohne Angabe für immer.</translation></message>
<message><source>How long to wait before looking again.</source><translation>Wie lange gewartet wird, bevor wieder nachgesehen wird.</translation></message>
<message><source>How long to wait for an answer; null waits for ever.</source><translation>Wie lange auf eine Antwort gewartet wird; null wartet für immer.</translation></message>
<message><source>How long, from now on.</source><translation>Wie lange, von jetzt an.</translation></message>
<message><source>How many</source><translation>Wie viele</translation></message>
<message><source>How many items run at a time.</source><translation>Wie viele Elemente gleichzeitig laufen.</translation></message>
<message><source>How many items the body gets at a time. With more than 1, 'item' is a list of so many items, the last one of the rest; of a table it is a reference to so many of its rows, which other actions take as their items.</source><translation>Wie viele Elemente der Rumpf auf einmal bekommt. Bei mehr als 1 ist 'item' eine Liste von so vielen Elementen, die letzte mit dem Rest; bei einer Tabelle ein Verweis auf so viele ihrer Zeilen, den andere Aktionen als ihre Elemente nehmen.</translation></message>
<message><source>How many may be inside at a time.</source><translation>Wie viele gleichzeitig darin sein dürfen.</translation></message>
<message><source>How many rows it has.</source><translation>Wie viele Zeilen sie hat.</translation></message>
<message><source>How many times the whole body runs again after a failure that is caught.</source><translation>Wie oft der ganze Rumpf nach einem abgefangenen Fehlschlag noch einmal läuft.</translation></message>
<message><source>How many to draw</source><translation>Wie viele zu zeichnen sind</translation></message>
<message><source>How many to keep at most; 0 keeps all.</source><translation>Wie viele höchstens behalten werden; 0 behält alle.</translation></message>
<message><source>How many to leave out at the start, after sorting.</source><translation>Wie viele am Anfang weggelassen werden, nach dem Sortieren.</translation></message>
<message><source>How much smaller</source><translation>Um wie viel kleiner</translation></message>
<message><source>How text is written, or read by parse: %Y-%m-%d %H:%M:%S and so on, as in Python. Empty is ISO 8601.</source><translation>Wie Text geschrieben oder von parse gelesen wird: %Y-%m-%d %H:%M:%S und so weiter, wie in Python. Leer ist ISO 8601.</translation></message>
<message><source>How to write</source><translation>Wie geschrieben wird</translation></message>
<message><source>Id</source><translation>Kennung</translation></message>
<message><source>Id of the access key; without it, the environment says how to log in.</source><translation>Kennung des Zugriffsschlüssels; ohne sie sagt die Umgebung, wie man sich anmeldet.</translation></message>
<message><source>Idempotency</source><translation>Einmaligkeit</translation></message>
<message><source>If</source><translation>Wenn</translation></message>
<message><source>Image thumbnails</source><translation>Vorschaubilder</translation></message>
<message><source>Images</source><translation>Bilder</translation></message>
<message><source>Import</source><translation>Importieren</translation></message>
<message><source>Import it in parts.</source><translation>Importieren Sie es in Teilen.</translation></message>
<message><source>Import shortcuts</source><translation>Tastenkürzel importieren</translation></message>
<message><source>Import the type at the top of the module, not only under TYPE_CHECKING or inside a function.</source><translation>Importieren Sie den Typ am Anfang des Moduls, nicht nur unter TYPE_CHECKING oder in einer Funktion.</translation></message>
<message><source>Imported {name}.</source><translation>{name} wurde importiert.</translation></message>
<message><source>Import…</source><translation>Importieren …</translation></message>
<message><source>In Node-RED a message goes from node to node; here a step reads the outputs of steps before it. msg.payload is the output of the step before; other properties of msg are not there.</source><translation>In Node-RED geht eine Nachricht von Knoten zu Knoten; hier liest ein Schritt die Ausgaben von Schritten vor ihm. msg.payload ist die Ausgabe des Schritts davor; andere Eigenschaften von msg gibt es nicht.</translation></message>
<message><source>In a list every entry is a path as it is. Give one text for a pattern, or list files with file.list.</source><translation>In einer Liste ist jeder Eintrag ein Pfad, wie er dasteht. Geben Sie einen einzelnen Text als Muster, oder listen Sie Dateien mit file.list auf.</translation></message>
<message><source>In doubt</source><translation>Im Zweifel</translation></message>
<message><source>In doubt: it may or may not have taken effect</source><translation>Im Zweifel: Ob es gewirkt hat, ist unbekannt</translation></message>
<message><source>In one transaction</source><translation>In einer Transaktion</translation></message>
<message><source>In run {0} {1} is not ready to run.</source><translation>Im Lauf {0} ist nicht bereit: {1}.</translation></message>
<message><source>In the file: {name}</source><translation>In der Datei: {name}</translation></message>
<message><source>Index</source><translation>Index</translation></message>
<message><source>Info and above</source><translation>Ab Hinweis</translation></message>
<message><source>Input</source><translation>Eingabe</translation></message>
<message><source>Input/output error</source><translation>Ein- oder Ausgabefehler</translation></message>
<message><source>Inputs</source><translation>Eingaben</translation></message>
<message><source>Inputs are an object of names and values, not {0}.</source><translation>Eingaben sind ein Objekt aus Namen und Werten, nicht {0}.</translation></message>
<message><source>Insert into a wire</source><translation>In eine Verbindung einfügen</translation></message>
<message><source>Insert node</source><translation>Knoten einfügen</translation></message>
<message><source>Inspector</source><translation>Inspektor</translation></message>
<message><source>Install a newer version of floworch.</source><translation>Installieren Sie eine neuere Version von floworch.</translation></message>
<message><source>Install it, give its full path, or add its folder to PATH in 'env'.</source><translation>Installieren Sie es, geben Sie seinen vollen Pfad, oder nehmen Sie seinen Ordner in 'env' in PATH auf.</translation></message>
<message><source>Install it, or compare with another file.</source><translation>Installieren Sie es, oder vergleichen Sie mit einer anderen Datei.</translation></message>
<message><source>Install it, or name its folder in the environment variable PYTHONPATH.</source><translation>Installieren Sie es, oder nennen Sie seinen Ordner in der Umgebungsvariablen PYTHONPATH.</translation></message>
<message><source>Install it: {0}</source><translation>Installieren Sie sie: {0}</translation></message>
<message><source>Install the version of the package that it was written with, or newer.</source><translation>Installieren Sie die Version des Pakets, mit der er geschrieben wurde, oder eine neuere.</translation></message>
<message><source>Install uv (pip install uv), or name an 'interpreter' that has these libraries.</source><translation>Installieren Sie uv (pip install uv), oder nennen Sie einen 'interpreter', der diese Bibliotheken hat.</translation></message>
<message><source>Instances</source><translation>Instanzen</translation></message>
<message><source>Instructions</source><translation>Anweisungen</translation></message>
<message><source>Internal error</source><translation>Interner Fehler</translation></message>
<message><source>Interrupt it</source><translation>Unterbrechen</translation></message>
<message><source>Interrupt {names}?</source><translation>{names} unterbrechen?</translation></message>
<message><source>Interrupt {n} steps: {names}?</source><translation>{n} Schritte unterbrechen: {names}?</translation></message>
<message><source>Interrupted</source><translation>Unterbrochen</translation></message>
<message><source>Interrupted; runs again on resume</source><translation>Unterbrochen; läuft beim Fortsetzen noch einmal</translation></message>
<message><source>Into a second table</source><translation>In zweite Tabelle</translation></message>
<message><source>Into a table</source><translation>In eine Tabelle</translation></message>
<message><source>Invalid \escape: line {0} column {1} (char {2})</source><translation>ungültiges \escape: Zeile {0}, Spalte {1} (Zeichen {2})</translation></message>
<message><source>Invalid control character at: line {0} column {1} (char {2})</source><translation>ungültiges Steuerzeichen: Zeile {0}, Spalte {1} (Zeichen {2})</translation></message>
<message><source>Invalid cross-device link</source><translation>Verknüpfung über Dateisysteme hinweg ist ungültig</translation></message>
<message><source>Is a directory</source><translation>ist ein Verzeichnis</translation></message>
<message><source>Is it a bundle? 'floworch run' takes one; of others use the definition in it, a *.flow.json.</source><translation>Ist es ein Bündel? 'floworch run' nimmt eines; sonst nehmen Sie die Definition darin, eine *.flow.json.</translation></message>
<message><source>Is it running, and is the address right?</source><translation>Läuft er, und stimmt die Adresse?</translation></message>
<message><source>Is it running, and is the address right? Try: floworch cluster check {0}</source><translation>Läuft er, und stimmt die Adresse? Versuchen Sie: floworch cluster check {0}</translation></message>
<message><source>Is it there?</source><translation>Ist es da?</translation></message>
<message><source>It calls the workflow {0}: import that one, too, and name its file.</source><translation>Er ruft den Workflow {0} auf: Importieren Sie auch diesen, und nennen Sie seine Datei.</translation></message>
<message><source>It can be removed.</source><translation>Es kann entfernt werden.</translation></message>
<message><source>It cannot be converted: {0}</source><translation>Es kann nicht umgewandelt werden: {0}</translation></message>
<message><source>It cannot be kept: {value}.</source><translation>Es lässt sich nicht behalten: {value}.</translation></message>
<message><source>It cannot be read: {0}.</source><translation>Es lässt sich nicht lesen: {0}.</translation></message>
<message><source>It cannot be resumed then.</source><translation>Dann geht er nicht weiter.</translation></message>
<message><source>It cannot go on as it is. Salvaging keeps what stands before the damage, and the original aside.</source><translation>So kann er nicht weitergehen. Das Bergen behält, was vor dem Schaden steht, und legt das Original beiseite.</translation></message>
<message><source>It cannot run here yet. Install what it needs: {install}</source><translation>Hier noch nicht ausführbar. Installieren Sie, was fehlt: {install}</translation></message>
<message><source>It cannot run here yet: {install}</source><translation>Hier noch nicht ausführbar: {install}</translation></message>
<message><source>It comes from the environment; unset the variable there.</source><translation>Es kommt aus der Umgebung; löschen Sie die Variable dort.</translation></message>
<message><source>It does not work: {message} {hint}</source><translation>Es funktioniert nicht: {message} {hint}</translation></message>
<message><source>It fails: {0}.</source><translation>Es scheitert: {0}.</translation></message>
<message><source>It goes on without the window. Open it again from the run history.</source><translation>Er läuft ohne das Fenster weiter. Öffnen Sie ihn wieder aus der Liste der Läufe.</translation></message>
<message><source>It has 64 hex digits.</source><translation>Es hat 64 Hexadezimalziffern.</translation></message>
<message><source>It has been going for {time}.</source><translation>Er ist seit {time} im Gang.</translation></message>
<message><source>It has five fields for the time, then the command.</source><translation>Sie hat fünf Felder für die Zeit, dann den Befehl.</translation></message>
<message><source>It has more than {0} steps.</source><translation>Es hat mehr als {0} Schritte.</translation></message>
<message><source>It has no condition.</source><translation>Er hat keine Bedingung.</translation></message>
<message><source>It has the {n} events before its damage. The damaged original is in {folder}.</source><translation>Er hat die {n} Ereignisse vor dem Schaden. Das beschädigte Original liegt in {folder}.</translation></message>
<message><source>It has {0}.</source><translation>Er hat {0}.</translation></message>
<message><source>It has {0}. Leave the others out, or add them first.</source><translation>Sie hat {0}. Lassen Sie die übrigen weg, oder fügen Sie sie zuerst hinzu.</translation></message>
<message><source>It is a Python program, which is not converted.</source><translation>Es ist ein Python-Programm, das nicht umgewandelt wird.</translation></message>
<message><source>It is a definition of Flow Orchestrator already: there is nothing to import.</source><translation>Es ist schon eine Definition von Flow Orchestrator: Es gibt nichts zu importieren.</translation></message>
<message><source>It is a part ({0}) of {1}, which has no counterpart.</source><translation>Es ist ein Teil ({0}) von {1} und hat keine Entsprechung.</translation></message>
<message><source>It is damaged or was made to do harm: ask where it came from.</source><translation>Es ist beschädigt oder wurde in böser Absicht gemacht: Fragen Sie, woher es kommt.</translation></message>
<message><source>It is how many nodes run at the same time, such as 16.</source><translation>So viele Knoten laufen gleichzeitig, etwa 16.</translation></message>
<message><source>It is in no loop: leave the item out.</source><translation>Er ist in keiner Schleife: Lassen Sie das Element weg.</translation></message>
<message><source>It is larger than {0} MiB.</source><translation>Es ist größer als {0} MiB.</translation></message>
<message><source>It is nested too deep.</source><translation>Es ist zu tief verschachtelt.</translation></message>
<message><source>It is no archive that can be read, or it is damaged: {0}.</source><translation>Es ist kein lesbares Archiv, oder es ist beschädigt: {0}.</translation></message>
<message><source>It is no text in UTF-8 (byte {0}).</source><translation>Es ist kein Text in UTF-8 (Byte {0}).</translation></message>
<message><source>It is not safe to repeat. Interrupted now, it begins again at Resume, and what it has done by then is done twice.</source><translation>Der Schritt ist nicht gefahrlos wiederholbar. Wird er jetzt unterbrochen, beginnt er beim Fortsetzen noch einmal, und was er bis dahin getan hat, geschieht zweimal.</translation></message>
<message><source>It is not safe to run twice, so it was not started again.</source><translation>Eine zweite Ausführung ist nicht gefahrlos, darum wurde nicht neu begonnen.</translation></message>
<message><source>It is not said which cluster is meant: {0}.</source><translation>Es ist nicht gesagt, welcher Cluster gemeint ist: {0}.</translation></message>
<message><source>It is not served until then.</source><translation>Bis dahin wird er nicht bedient.</translation></message>
<message><source>It is replaced when the run goes on.</source><translation>Es wird ersetzt, wenn der Lauf weitergeht.</translation></message>
<message><source>It is served as it was before.</source><translation>Er wird bedient wie zuvor.</translation></message>
<message><source>It is shown as it ran, read only. What you edit is unchanged.</source><translation>Er wird schreibgeschützt gezeigt, wie er lief. Was Sie bearbeiten, bleibt unverändert.</translation></message>
<message><source>It is shown as it ran, read only. {mine}</source><translation>Er wird schreibgeschützt gezeigt, wie er lief. {mine}</translation></message>
<message><source>It is waited for: floworch show {0} says for what.</source><translation>Auf etwas wird gewartet: floworch show {0} sagt, worauf.</translation></message>
<message><source>It is what {0} says.</source><translation>So sagt es {0}.</translation></message>
<message><source>It is written for version {0} of {1}, and {2} is here.</source><translation>Er ist für die Version {0} von {1} geschrieben, und hier ist {2}.</translation></message>
<message><source>It joins the outputs of the steps before it; counts and time-outs were left out.</source><translation>Er verbindet die Ausgaben der Schritte davor; Anzahlen und Zeitgrenzen wurden weggelassen.</translation></message>
<message><source>It knows {0}; a newer version may know it.</source><translation>Sie kennt {0}; eine neuere Version kennt es vielleicht.</translation></message>
<message><source>It lives inside this window and is paused now. Resume it from the run history.</source><translation>Er lebt in diesem Fenster und wird jetzt pausiert. Setzen Sie ihn aus der Liste der Läufe fort.</translation></message>
<message><source>It makes a value of a text here; Node-RED's node goes both ways.</source><translation>Hier macht er aus einem Text einen Wert; der Knoten von Node-RED kann beide Richtungen.</translation></message>
<message><source>It must be there and not null.</source><translation>Es muss vorhanden und nicht null sein.</translation></message>
<message><source>It must hold a JSON object with a value for each input.</source><translation>Die Datei muss ein JSON-Objekt mit einem Wert je Eingabe enthalten.</translation></message>
<message><source>It needs nothing: it runs on this machine as it is.</source><translation>Er braucht nichts: Er läuft auf diesem Rechner, wie er ist.</translation></message>
<message><source>It opens as a new workflow; saving asks where.</source><translation>Öffnet sich als neuer Workflow; beim Speichern wird gefragt, wohin.</translation></message>
<message><source>It runs again with all that follows; results stand for what is before.</source><translation>Er läuft noch einmal mit allem, was folgt; für das davor stehen die Ergebnisse.</translation></message>
<message><source>It serves what is saved; save your changes to serve them.</source><translation>Es gilt, was gespeichert ist; speichern Sie Ihre Änderungen, damit sie gelten.</translation></message>
<message><source>It takes no inputs.</source><translation>Er nimmt keine Eingaben.</translation></message>
<message><source>It touches nothing outside of its own run.</source><translation>Er berührt nichts außerhalb seines eigenen Laufs.</translation></message>
<message><source>It vanished while the folder was listed.</source><translation>Es verschwand, während der Ordner aufgelistet wurde.</translation></message>
<message><source>It waits for your answer on the way.</source><translation>Unterwegs wartet er auf Ihre Antwort.</translation></message>
<message><source>It was asked to stop: {0}.</source><translation>Es wurde gebeten aufzuhören: {0}.</translation></message>
<message><source>It was cut off while it ran and is not safe to repeat: what it had done by then is done twice.</source><translation>Der Schritt wurde mitten in der Arbeit unterbrochen und ist nicht gefahrlos wiederholbar: Was er bis dahin getan hatte, geschieht zweimal.</translation></message>
<message><source>It was deleted, moved or renamed. What is open here is kept; saving writes it again.</source><translation>Die Datei wurde gelöscht, verschoben oder umbenannt. Was hier offen ist, bleibt; beim Speichern wird sie neu geschrieben.</translation></message>
<message><source>It was never completely created, or its files are gone: see 'floworch doctor --store {0}'.</source><translation>Er wurde nie vollständig angelegt, oder seine Dateien sind weg: siehe 'floworch doctor --store {0}'.</translation></message>
<message><source>It was recovered or discarded meanwhile.</source><translation>Sie wurde inzwischen wiederhergestellt oder verworfen.</translation></message>
<message><source>It works: {said}.</source><translation>Es funktioniert: {said}.</translation></message>
<message><source>It would {what}.</source><translation>Er würde {what}.</translation></message>
<message><source>It writes over a webhook whose address is the secret {0}.</source><translation>Er schreibt über einen Webhook, dessen Adresse das Geheimnis {0} ist.</translation></message>
<message><source>Item</source><translation>Element</translation></message>
<message><source>Item of the first round</source><translation>Element der ersten Runde</translation></message>
<message><source>Item {0} of the node {1}</source><translation>Das Element {0} des Knotens {1}</translation></message>
<message><source>Item {number}: {message}</source><translation>Element {number}: {message}</translation></message>
<message><source>Item {number}: {value}</source><translation>Element {number}: {value}</translation></message>
<message><source>Items</source><translation>Elemente</translation></message>
<message><source>Items at the same time</source><translation>Elemente gleichzeitig</translation></message>
<message><source>Items of {0} run at the same time and all write the data key {1}: the last one wins.</source><translation>Elemente von {0} laufen gleichzeitig und schreiben alle den Datenschlüssel {1}: Das letzte gewinnt.</translation></message>
<message><source>Items per round</source><translation>Elemente je Runde</translation></message>
<message><source>Items that wait: {0}.</source><translation>Elemente, die warten: {0}.</translation></message>
<message><source>Items to check</source><translation>Zu prüfende Elemente</translation></message>
<message><source>Its Python code was taken over; what n8n calls _input and items is not there: use the variable items.</source><translation>Sein Python-Code wurde übernommen; was n8n _input und items nennt, gibt es nicht: Verwenden Sie die Variable items.</translation></message>
<message><source>Its arguments by name.</source><translation>Ihre Argumente mit Namen.</translation></message>
<message><source>Its authentication was not taken over: add a header such as Authorization: Bearer {{{{ secrets.TOKEN }}}}.</source><translation>Seine Anmeldung wurde nicht übernommen: Fügen Sie eine Kopfzeile hinzu, etwa Authorization: Bearer {{{{ secrets.TOKEN }}}}.</translation></message>
<message><source>Its child run '{0}' stays.</source><translation>Der von ihm aufgerufene Lauf '{0}' bleibt.</translation></message>
<message><source>Its connection was not taken over.</source><translation>Seine Verbindung wurde nicht übernommen.</translation></message>
<message><source>Its credentials ({0}) were not taken over: give the step a connection or a secret.</source><translation>Seine Zugangsdaten ({0}) wurden nicht übernommen: Geben Sie dem Schritt eine Verbindung oder ein Geheimnis.</translation></message>
<message><source>Its field '{0}' is one: add .{1} to the expression.</source><translation>Sein Feld '{0}' passt: .{1} an den Ausdruck anfügen.</translation></message>
<message><source>Its file, relative to the folder of this one.</source><translation>Seine Datei, relativ zum Ordner dieser Datei.</translation></message>
<message><source>Its heading.</source><translation>Die Überschrift.</translation></message>
<message><source>Its inputs by name.</source><translation>Seine Eingaben mit Namen.</translation></message>
<message><source>Its journal, its results and its log go for ever.</source><translation>Sein Journal, seine Ergebnisse und sein Protokoll sind dann für immer fort.</translation></message>
<message><source>Its method comes from the message; GET stands for it.</source><translation>Seine Methode kommt aus der Nachricht; dafür steht GET.</translation></message>
<message><source>Its name in the result; by default fn_key.</source><translation>Sein Name im Ergebnis; Vorgabe: fn_key.</translation></message>
<message><source>Its nodes: {0}.</source><translation>Seine Knoten: {0}.</translation></message>
<message><source>Its pagination was not converted: ask page by page in a flow.repeat.</source><translation>Sein Blättern durch Seiten wurde nicht umgewandelt: Fragen Sie in einem flow.repeat Seite für Seite ab.</translation></message>
<message><source>Its parameters cannot be brought from version {0} of {1} to {2}: {3}: {4}.</source><translation>Seine Parameter lassen sich nicht von Version {0} von {1} auf {2} bringen: {3}: {4}.</translation></message>
<message><source>Its parameters, ports and links are kept as they are and saved unchanged.</source><translation>Seine Parameter, Anschlüsse und Verbindungen bleiben, wie sie sind, und werden unverändert gespeichert.</translation></message>
<message><source>Its ports are {0}.</source><translation>Seine Ausgänge sind {0}.</translation></message>
<message><source>Its process ended before the run did. What was done is safe; Resume goes on from there.</source><translation>Sein Prozess endete vor dem Lauf. Was getan ist, ist sicher; „Fortsetzen“ macht dort weiter.</translation></message>
<message><source>Its triggers start runs by themselves. What you save is served from then on.</source><translation>Seine Auslöser starten Läufe von selbst. Was Sie speichern, gilt von da an.</translation></message>
<message><source>Its value cannot be brought back. Workflows that read it fail until it is set again.</source><translation>Sein Wert lässt sich nicht zurückholen. Workflows, die es lesen, schlagen fehl, bis es wieder gesetzt ist.</translation></message>
<message><source>Its way of combining was not converted: see flow.join and data.join.</source><translation>Seine Art zu verbinden wurde nicht umgewandelt: siehe flow.join und data.join.</translation></message>
<message><source>JSON Schema</source><translation>JSON-Schema</translation></message>
<message><source>JSON Schema (2020-12) that each value must fit; it may refer to its own parts only.</source><translation>JSON-Schema (2020-12), dem jeder Wert genügen muss; es darf nur auf eigene Teile verweisen.</translation></message>
<message><source>JSON Schema (2020-12) that the output must fit.</source><translation>JSON-Schema (2020-12), dem die Ausgabe genügen muss.</translation></message>
<message><source>JSON Schema (2020-12) that the parameters must fit, with defaults filled in.</source><translation>JSON-Schema (2020-12), dem die Parameter genügen müssen, mit eingesetzten Vorgaben.</translation></message>
<message><source>JSON body</source><translation>JSON-Inhalt</translation></message>
<message><source>JSON has no comments; use the notes field of a node.</source><translation>JSON hat keine Kommentare; nehmen Sie das Feld notes eines Knotens.</translation></message>
<message><source>JSON is malformed: invalid character (byte {0})</source><translation>das JSON ist fehlerhaft: ungültiges Zeichen (Byte {0})</translation></message>
<message><source>JavaScript code</source><translation>JavaScript-Code</translation></message>
<message><source>Join</source><translation>Zusammenführen</translation></message>
<message><source>Join rows</source><translation>Zeilen verknüpfen</translation></message>
<message><source>Join the two</source><translation>Beide verbinden</translation></message>
<message><source>Jump to the other portal</source><translation>Zum anderen Portal springen</translation></message>
<message><source>Keep</source><translation>Behalten</translation></message>
<message><source>Keep a value for later runs, read it, or count with it.</source><translation>Einen Wert für spätere Läufe aufheben, lesen oder damit zählen.</translation></message>
<message><source>Keep all</source><translation>Alle behalten</translation></message>
<message><source>Keep at most</source><translation>Höchstens behalten</translation></message>
<message><source>Keep for later listeners</source><translation>Für spätere Zuhörer behalten</translation></message>
<message><source>Keep it</source><translation>Weiterlaufen lassen</translation></message>
<message><source>Keep one of them and remove the others.</source><translation>Behalten Sie eines davon, und entfernen Sie die übrigen.</translation></message>
<message><source>Keep one of them.</source><translation>Behalten Sie eine davon.</translation></message>
<message><source>Keep the items that fulfil a condition.</source><translation>Die Elemente behalten, die eine Bedingung erfüllen.</translation></message>
<message><source>Keep the last of them.</source><translation>Behalten Sie die letzte davon.</translation></message>
<message><source>Keep unsaved work</source><translation>Ungespeichertes aufheben</translation></message>
<message><source>Keep what matters</source><translation>Nur Wichtiges</translation></message>
<message><source>Keep workflows active</source><translation>Workflows aktiv halten</translation></message>
<message><source>Kept in</source><translation>Aufgehoben in</translation></message>
<message><source>Kept value</source><translation>Gemerkter Wert</translation></message>
<message><source>Kept when the window ended</source><translation>Aufgehoben, als das Fenster endete</translation></message>
<message><source>Kept {0} of {1} items.</source><translation>{0} von {1} Elementen behalten.</translation></message>
<message><source>Key</source><translation>Schlüssel</translation></message>
<message><source>Key columns</source><translation>Schlüsselspalten</translation></message>
<message><source>Key file</source><translation>Schlüsseldatei</translation></message>
<message><source>Key or pattern</source><translation>Schlüssel oder Muster</translation></message>
<message><source>Keyboard shortcuts</source><translation>Tastenkürzel</translation></message>
<message><source>Keyring</source><translation>Schlüsselbund</translation></message>
<message><source>Keys that repeat on both sides multiply: remove duplicates first, or raise max_rows.</source><translation>Schlüssel, die sich auf beiden Seiten wiederholen, vervielfachen sich: Entfernen Sie zuerst die doppelten, oder erhöhen Sie max_rows.</translation></message>
<message><source>Kind</source><translation>Art</translation></message>
<message><source>Kind of failure</source><translation>Art des Fehlers</translation></message>
<message><source>Kinds of error</source><translation>Arten von Fehlern</translation></message>
<message><source>Kinds of errors never to retry.</source><translation>Fehlerarten, bei denen nie neu versucht wird.</translation></message>
<message><source>Kinds of errors to retry; transient and all stand for several.</source><translation>Fehlerarten, bei denen neu versucht wird; transient und all stehen für mehrere.</translation></message>
<message><source>Kinds of failure to catch</source><translation>Abzufangende Fehlerarten</translation></message>
<message><source>Kinds of failure to catch, 'transient' for those that may pass; all when empty. Another kind does not fire 'error' and fails the run.</source><translation>Fehlerarten, die abgefangen werden, 'transient' für solche, die vorübergehen können; leer alle. Eine andere Art feuert 'error' nicht und lässt den Lauf fehlschlagen.</translation></message>
<message><source>Known hosts</source><translation>Bekannte Rechner</translation></message>
<message><source>Known names</source><translation>Bekannte Namen</translation></message>
<message><source>Known names: {0}.</source><translation>Bekannte Namen: {0}.</translation></message>
<message><source>Known there: {0}. A key of your own begins with 'x-'.</source><translation>Bekannt sind dort: {0}. Ein eigener Schlüssel beginnt mit 'x-'.</translation></message>
<message><source>Known: {0}.</source><translation>Bekannt: {0}.</translation></message>
<message><source>Known: {0}. {1}</source><translation>Bekannt: {0}. {1}</translation></message>
<message><source>Known: {known}</source><translation>Bekannt: {known}</translation></message>
<message><source>Labels</source><translation>Beschriftungen</translation></message>
<message><source>Language</source><translation>Sprache</translation></message>
<message><source>Language of the window.</source><translation>Sprache des Fensters.</translation></message>
<message><source>Large file (MB)</source><translation>Große Datei (MB)</translation></message>
<message><source>Larger files are refused, in MiB.</source><translation>Größere Dateien werden abgelehnt, in MiB.</translation></message>
<message><source>Largest answer (MiB)</source><translation>Größte Antwort (MiB)</translation></message>
<message><source>Largest feed (MiB)</source><translation>Größter Feed (MiB)</translation></message>
<message><source>Largest file (MiB)</source><translation>Größte Datei (MiB)</translation></message>
<message><source>Largest first</source><translation>Größte zuerst</translation></message>
<message><source>Last runs</source><translation>Letzte Läufe</translation></message>
<message><source>Lay out the sheet</source><translation>Seite gestalten</translation></message>
<message><source>Lead {0} to one 'flow.join' with 'join': 'any' and 'combine': 'one', whose output is the result then.</source><translation>Führen Sie {0} in ein 'flow.join' mit 'join': 'any' und 'combine': 'one'; dessen Ausgabe ist dann das Ergebnis.</translation></message>
<message><source>Least</source><translation>Mindestens</translation></message>
<message><source>Least number, or least length of a text or list.</source><translation>Kleinste Zahl oder kleinste Länge eines Texts oder einer Liste.</translation></message>
<message><source>Leave everything where it is (Esc)</source><translation>Alles an seinem Platz lassen (Esc)</translation></message>
<message><source>Leave it as it is</source><translation>Lassen, wie es ist</translation></message>
<message><source>Leave it out for floworch.registry, where @action puts functions.</source><translation>Weglassen für floworch.registry, in das @action Funktionen einträgt.</translation></message>
<message><source>Leave it out for the computer's own, or give an object such as floworch.testing.FakeClock().</source><translation>Weglassen für die Uhr des Rechners, oder ein Objekt wie floworch.testing.FakeClock() angeben.</translation></message>
<message><source>Leave it out there, keep it with 'floworch secrets set NAME', and add password=NAME.</source><translation>Lassen Sie es dort weg, hinterlegen Sie es mit 'floworch secrets set NAME', und ergänzen Sie password=NAME.</translation></message>
<message><source>Leave it out where the name of the file says it.</source><translation>Lassen Sie es weg, wo der Name der Datei es sagt.</translation></message>
<message><source>Leave out</source><translation>Auslassen</translation></message>
<message><source>Leave out at the start</source><translation>Am Anfang auslassen</translation></message>
<message><source>Left rows</source><translation>Linke Zeilen</translation></message>
<message><source>Let a language model choose the branch: each label is a port, and the one that fits the text fires.</source><translation>Ein Sprachmodell den Zweig wählen lassen: Jedes Etikett ist ein Ausgang, und der zum Text passende feuert.</translation></message>
<message><source>Let it end in /sendMessage?chat_id= and the number of the chat.</source><translation>Lassen Sie ihn mit /sendMessage?chat_id= und der Nummer des Chats enden.</translation></message>
<message><source>Let the command print JSON only, or set parse to text.</source><translation>Lassen Sie den Befehl nur JSON ausgeben, oder setzen Sie parse auf text.</translation></message>
<message><source>Let the program that builds it resume the run; or define it at the top level of a module, and give layers as middleware=[{{"use": "retry", "with": {{...}}}}].</source><translation>Lassen Sie das Programm, das ihn baut, den Lauf fortsetzen; oder legen Sie sie auf die oberste Ebene eines Moduls, und geben Sie Schichten als middleware=[{{"use": "retry", "with": {{...}}}}].</translation></message>
<message><source>Lets at most so many in at a time; shared by name.</source><translation>Lässt höchstens so viele gleichzeitig ein; gemeinsam unter einem Namen.</translation></message>
<message><source>Level</source><translation>Stufe</translation></message>
<message><source>Level of the lines about starts and ends.</source><translation>Stufe der Zeilen über Anfang und Ende.</translation></message>
<message><source>Libraries</source><translation>Bibliotheken</translation></message>
<message><source>Libraries the code needs, such as requests&gt;=2; those of a block '# /// script' in the code count too. uv, where it is installed, makes an environment with them once and keeps it.</source><translation>Bibliotheken, die der Code braucht, etwa requests&gt;=2; die eines Blocks '# /// script' im Code zählen mit. uv, wo es installiert ist, macht einmal eine Umgebung damit und hebt sie auf.</translation></message>
<message><source>Lifetime</source><translation>Lebensdauer</translation></message>
<message><source>Light</source><translation>Hell</translation></message>
<message><source>Light enough?</source><translation>Leicht genug?</translation></message>
<message><source>Like Blender</source><translation>Wie Blender</translation></message>
<message><source>Like Node-RED</source><translation>Wie Node-RED</translation></message>
<message><source>Like n8n</source><translation>Wie n8n</translation></message>
<message><source>Limit for one person</source><translation>Grenze für eine Person</translation></message>
<message><source>Line {0} has {1} values, but the first line has {2} names.</source><translation>Die Zeile {0} hat {1} Werte, die erste Zeile aber {2} Namen.</translation></message>
<message><source>Line {0} is no crontab line: {1}</source><translation>Zeile {0} ist keine Zeile einer Crontab: {1}</translation></message>
<message><source>Line {0} of the template: {1}</source><translation>Zeile {0} der Vorlage: {1}</translation></message>
<message><source>Line {0}, column {1}: {2} is not a JSON value.</source><translation>Zeile {0}, Spalte {1}: {2} ist kein JSON-Wert.</translation></message>
<message><source>Line {0}, column {1}: {2}.</source><translation>Zeile {0}, Spalte {1}: {2}.</translation></message>
<message><source>Lines {first:,} to {last:,}</source><translation>Zeilen {first:,} bis {last:,}</translation></message>
<message><source>List Python files</source><translation>Python-Dateien</translation></message>
<message><source>List files</source><translation>Dateien auflisten</translation></message>
<message><source>List its files</source><translation>Dateien auflisten</translation></message>
<message><source>List the code in 'ok_codes' if it is not a failure.</source><translation>Nehmen Sie den Code in 'ok_codes' auf, wenn er kein Fehlschlag ist.</translation></message>
<message><source>List the files below a folder.</source><translation>Die Dateien unter einem Ordner auflisten.</translation></message>
<message><source>List the packages</source><translation>Pakete auflisten</translation></message>
<message><source>List the ports of a node</source><translation>Anschlüsse eines Knotens auflisten</translation></message>
<message><source>List the ports of the node</source><translation>Anschlüsse des Knotens auflisten</translation></message>
<message><source>List the runs of the store.</source><translation>Listen Sie die Läufe des Speichers auf.</translation></message>
<message><source>List the runs with 'floworch runs --store {0}'.</source><translation>'floworch runs --store {0}' listet die Läufe auf.</translation></message>
<message><source>List the runs with 'floworch runs'.</source><translation>'floworch runs' listet die Läufe auf.</translation></message>
<message><source>List them with 'floworch connections list'.</source><translation>'floworch connections list' listet sie auf.</translation></message>
<message><source>Live</source><translation>Live</translation></message>
<message><source>Load a Python file and call a function of it; what the function returns is the output.</source><translation>Eine Python-Datei laden und eine Funktion daraus aufrufen; was die Funktion zurückgibt, ist die Ausgabe.</translation></message>
<message><source>Load table</source><translation>Tabelle laden</translation></message>
<message><source>Load the good ones</source><translation>Die guten laden</translation></message>
<message><source>Loading …</source><translation>Lädt …</translation></message>
<message><source>Loads a list of Python's own files into a table, hashes those that a query names, several at a time, and joins what came out.</source><translation>Lädt eine Liste von Pythons eigenen Dateien in eine Tabelle, berechnet die Prüfsummen derer, die eine Abfrage nennt, mehrere gleichzeitig, und verbindet die Ergebnisse.</translation></message>
<message><source>Log</source><translation>Protokoll</translation></message>
<message><source>Log (empty)</source><translation>Protokoll (leer)</translation></message>
<message><source>Log ({n})</source><translation>Protokoll ({n})</translation></message>
<message><source>Log in with these fields, without keeping them</source><translation>Mit diesen Angaben anmelden, ohne sie zu behalten</translation></message>
<message><source>Log level</source><translation>Stufe des Protokolls</translation></message>
<message><source>Log of this node</source><translation>Protokoll dieses Knotens</translation></message>
<message><source>Log triage</source><translation>Protokollauswertung</translation></message>
<message><source>Logging</source><translation>Protokollieren</translation></message>
<message><source>Login</source><translation>Anmeldung</translation></message>
<message><source>Logs start, end and duration of the node.</source><translation>Protokolliert Anfang, Ende und Dauer des Knotens.</translation></message>
<message><source>Longest answer (tokens)</source><translation>Längste Antwort (Token)</translation></message>
<message><source>Longest delay</source><translation>Längste Wartezeit</translation></message>
<message><source>Longest delay.</source><translation>Längste Wartezeit.</translation></message>
<message><source>Look again every</source><translation>Noch einmal nachsehen alle</translation></message>
<message><source>Look at 1 thing that was.</source><translation>Sehen Sie sich 1 übernommene Stelle an.</translation></message>
<message><source>Look at it</source><translation>Ansehen</translation></message>
<message><source>Look at it with 'floworch inspect FILE'; then 'floworch trust FILE' and run it again.</source><translation>Sehen Sie sie mit 'floworch inspect FILE' an; dann 'floworch trust FILE', und führen Sie sie noch einmal aus.</translation></message>
<message><source>Look at the chosen version</source><translation>Gewählte Fassung ansehen</translation></message>
<message><source>Look at the errors before this one: they say what is wrong with the service.</source><translation>Sehen Sie die Fehler davor an: Sie sagen, was mit dem Dienst nicht stimmt.</translation></message>
<message><source>Look at what it would do in the strip above the canvas, then trust it.</source><translation>Sehen Sie in der Leiste über der Zeichenfläche nach, was es täte, und vertrauen Sie ihm dann.</translation></message>
<message><source>Look at {n} things that were.</source><translation>Sehen Sie sich {n} übernommene Stellen an.</translation></message>
<message><source>Look for the address of the RSS or Atom feed on the page.</source><translation>Suchen Sie auf der Seite nach der Adresse des RSS- oder Atom-Feeds.</translation></message>
<message><source>Look the value up in an object, or use flow.switch.</source><translation>Schlagen Sie den Wert in einem Objekt nach, oder nehmen Sie flow.switch.</translation></message>
<message><source>Looked {0} times: {1}{2}</source><translation>{0}-mal nachgesehen: {1}{2}</translation></message>
<message><source>Lower-case letters, digits, '-' and '_'.</source><translation>Kleinbuchstaben, Ziffern, „-“ und „_“.</translation></message>
<message><source>Mail digest</source><translation>Mail-Zusammenfassung</translation></message>
<message><source>Mail server</source><translation>Mailserver</translation></message>
<message><source>Mail server (IMAP)</source><translation>Mailserver (IMAP)</translation></message>
<message><source>Mail server (SMTP)</source><translation>Mailserver (SMTP)</translation></message>
<message><source>Mailbox file (mbox); sample mail is written when it is empty</source><translation>Postfachdatei (mbox); ist sie leer, werden Beispielmails geschrieben</translation></message>
<message><source>Make a new one.</source><translation>Legen Sie eine neue an.</translation></message>
<message><source>Make a row</source><translation>Zeile bilden</translation></message>
<message><source>Make a subflow of the selection</source><translation>Aus der Auswahl einen Unterworkflow machen</translation></message>
<message><source>Make a subflow of the selection…</source><translation>Aus der Auswahl einen Unterworkflow machen …</translation></message>
<message><source>Make an object from named values, or store them in the run's data.</source><translation>Aus benannten Werten ein Objekt machen oder sie in den Daten des Laufs ablegen.</translation></message>
<message><source>Make it a node of its own.</source><translation>Machen Sie daraus einen eigenen Knoten.</translation></message>
<message><source>Make it again with: floworch export FILE --to bundle</source><translation>Machen Sie es neu mit: floworch export FILE --to bundle</translation></message>
<message><source>Make it flatter.</source><translation>Machen Sie ihn flacher.</translation></message>
<message><source>Make it small</source><translation>Verkleinern</translation></message>
<message><source>Make it: floworch connections set {0} --type {1} ...</source><translation>Legen Sie sie an: floworch connections set {0} --type {1} ...</translation></message>
<message><source>Make missing folders</source><translation>Fehlende Ordner anlegen</translation></message>
<message><source>Make missing folders.</source><translation>Fehlende Ordner anlegen.</translation></message>
<message><source>Make one: floworch connections set {0} --type {1} ...</source><translation>Legen Sie eine an: floworch connections set {0} --type {1} ...</translation></message>
<message><source>Make one: {0}(...).</source><translation>Machen Sie eines: {0}(...).</translation></message>
<message><source>Make the keys the table's primary key, or create a unique index on them.</source><translation>Machen Sie die Schlüssel zum Primärschlüssel der Tabelle, oder legen Sie einen eindeutigen Index darüber an.</translation></message>
<message><source>Make the module importable from the folder the engine was started in.</source><translation>Sorgen Sie dafür, dass sich das Modul aus dem Ordner importieren lässt, in dem die Engine gestartet wurde.</translation></message>
<message><source>Make the note or frame lower</source><translation>Notiz oder Rahmen niedriger machen</translation></message>
<message><source>Make the note or frame narrower</source><translation>Notiz oder Rahmen schmaler machen</translation></message>
<message><source>Make the note or frame taller</source><translation>Notiz oder Rahmen höher machen</translation></message>
<message><source>Make the note or frame wider</source><translation>Notiz oder Rahmen breiter machen</translation></message>
<message><source>Make {name} of {n} nodes</source><translation>{name} aus {n} Knoten machen</translation></message>
<message><source>Makes an OpenTelemetry span per node and attempt.</source><translation>Macht eine OpenTelemetry-Spanne je Knoten und Versuch.</translation></message>
<message><source>Making an environment with {0}.</source><translation>Eine Umgebung mit {0} wird angelegt.</translation></message>
<message><source>Mark as read</source><translation>Als gelesen markieren</translation></message>
<message><source>Markdown</source><translation>Markdown</translation></message>
<message><source>Markdown: # Heading, **bold**, - list</source><translation>Markdown: # Überschrift, **fett**, - Liste</translation></message>
<message><source>Match rows by</source><translation>Zeilen verbinden über</translation></message>
<message><source>Matching actions</source><translation>Passende Aktionen</translation></message>
<message><source>May use</source><translation>Darf verwenden</translation></message>
<message><source>Members that must be there afterwards</source><translation>Mitglieder, die danach da sein müssen</translation></message>
<message><source>Mend it, or move it away.</source><translation>Bringen Sie es in Ordnung, oder verschieben Sie es.</translation></message>
<message><source>Mend its problems first; they are listed below.</source><translation>Beheben Sie zuerst seine Probleme; sie stehen unten.</translation></message>
<message><source>Mend the middleware</source><translation>Middleware richten</translation></message>
<message><source>Mend the store, then resume the run.</source><translation>Bringen Sie den Speicher in Ordnung und setzen Sie den Lauf dann fort.</translation></message>
<message><source>Mermaid chart</source><translation>Mermaid-Diagramm</translation></message>
<message><source>Message</source><translation>Nachricht</translation></message>
<message><source>Message broker (MQTT)</source><translation>Nachrichtenverteiler (MQTT)</translation></message>
<message><source>Message of the error</source><translation>Meldung des Fehlers</translation></message>
<message><source>MessagePack data is malformed: {0}</source><translation>die MessagePack-Daten sind fehlerhaft: {0}</translation></message>
<message><source>Messaging</source><translation>Nachrichten</translation></message>
<message><source>Method</source><translation>Methode</translation></message>
<message><source>Metrics</source><translation>Messwerte</translation></message>
<message><source>Middleware</source><translation>Middleware</translation></message>
<message><source>Middleware copied. Select other nodes and paste it.</source><translation>Middleware kopiert. Wählen Sie andere Knoten aus und fügen Sie sie ein.</translation></message>
<message><source>Middleware {value}: {title}</source><translation>Middleware {value}: {title}</translation></message>
<message><source>Migrate</source><translation>Umstellen</translation></message>
<message><source>Migrated</source><translation>Umgestellt</translation></message>
<message><source>Minimap</source><translation>Übersichtskarte</translation></message>
<message><source>Minimap (Alt+M)</source><translation>Übersichtskarte (Alt+M)</translation></message>
<message><source>Minute, hour, day, month and weekday as in cron: 0 9 * * 1-5 is nine on working days, */10 * * * * every ten minutes. Also @hourly, @daily, @weekly, @monthly, @yearly.</source><translation>Minute, Stunde, Tag, Monat und Wochentag wie bei cron: 0 9 * * 1-5 ist neun Uhr an Werktagen, */10 * * * * alle zehn Minuten. Auch @hourly, @daily, @weekly, @monthly, @yearly.</translation></message>
<message><source>Missing files are fine</source><translation>Dateien dürfen fehlen</translation></message>
<message><source>Missing objects are fine</source><translation>Objekte dürfen fehlen</translation></message>
<message><source>Mode upsert is not possible with {0}.</source><translation>Der Modus upsert ist mit {0} nicht möglich.</translation></message>
<message><source>Model</source><translation>Modell</translation></message>
<message><source>Moment of the run that is shown</source><translation>Gezeigter Zeitpunkt des Laufs</translation></message>
<message><source>More</source><translation>Mehr</translation></message>
<message><source>More pages are not read; then 'complete' of the output is false.</source><translation>Weitere Seiten werden nicht gelesen; dann ist 'complete' der Ausgabe false.</translation></message>
<message><source>More rows are an error with result: rows.</source><translation>Mehr Zeilen sind bei result: rows ein Fehler.</translation></message>
<message><source>More than {0} rows are invalid.</source><translation>Mehr als {0} Zeilen sind ungültig.</translation></message>
<message><source>Most after unpacking (MiB)</source><translation>Höchstens entpackt (MiB)</translation></message>
<message><source>Most attachments (MiB)</source><translation>Höchstens Anhänge (MiB)</translation></message>
<message><source>Most entries that an archive may have.</source><translation>Höchstzahl der Einträge, die ein Archiv haben darf.</translation></message>
<message><source>Most files</source><translation>Höchstens Dateien</translation></message>
<message><source>Most items</source><translation>Höchstens Elemente</translation></message>
<message><source>Most items; the rest of the feed is left out.</source><translation>Höchstzahl der Elemente; der Rest des Feeds entfällt.</translation></message>
<message><source>Most messages</source><translation>Höchstens Nachrichten</translation></message>
<message><source>Most messages to read.</source><translation>Höchstzahl der Nachrichten, die gelesen werden.</translation></message>
<message><source>Most objects</source><translation>Höchstens Objekte</translation></message>
<message><source>Most objects that list gives.</source><translation>Höchstzahl der Objekte, die list gibt.</translation></message>
<message><source>Most pages</source><translation>Höchstens Seiten</translation></message>
<message><source>Most rounds</source><translation>Höchstzahl der Runden</translation></message>
<message><source>Most that an archive may unpack to, in MiB.</source><translation>Wie groß ein Archiv ausgepackt höchstens sein darf, in MiB.</translation></message>
<message><source>Most that the attachments may have together, in MiB as they were sent.</source><translation>Wie groß die Anhänge zusammen höchstens sein dürfen, in MiB, wie sie gesendet wurden.</translation></message>
<message><source>Most that the attachments may have together, in MiB.</source><translation>Wie groß die Anhänge zusammen höchstens sein dürfen, in MiB.</translation></message>
<message><source>Motion</source><translation>Bewegung</translation></message>
<message><source>Move down</source><translation>Nach unten</translation></message>
<message><source>Move frame</source><translation>Rahmen verschieben</translation></message>
<message><source>Move it out of the store.</source><translation>Verschieben Sie es aus dem Speicher hinaus.</translation></message>
<message><source>Move knot</source><translation>Knick verschieben</translation></message>
<message><source>Move left</source><translation>Nach links verschieben</translation></message>
<message><source>Move node</source><translation>Knoten verschieben</translation></message>
<message><source>Move nodes</source><translation>Knoten verschieben</translation></message>
<message><source>Move note</source><translation>Notiz verschieben</translation></message>
<message><source>Move panel to the bottom</source><translation>Bereich nach unten verschieben</translation></message>
<message><source>Move panel to the left</source><translation>Bereich nach links verschieben</translation></message>
<message><source>Move panel to the right</source><translation>Bereich nach rechts verschieben</translation></message>
<message><source>Move right</source><translation>Nach rechts verschieben</translation></message>
<message><source>Move tab left</source><translation>Tab nach links verschieben</translation></message>
<message><source>Move tab right</source><translation>Tab nach rechts verschieben</translation></message>
<message><source>Move the function to the top level of a module of its own, or use run_on: thread.</source><translation>Legen Sie die Funktion auf die oberste Ebene eines eigenen Moduls, oder nehmen Sie run_on: thread.</translation></message>
<message><source>Move the function to the top level of a module.</source><translation>Legen Sie die Funktion auf die oberste Ebene eines Moduls.</translation></message>
<message><source>Move to the bottom</source><translation>Nach unten</translation></message>
<message><source>Move to the left</source><translation>Nach links</translation></message>
<message><source>Move to the right</source><translation>Nach rechts</translation></message>
<message><source>Move to the trash</source><translation>In den Papierkorb</translation></message>
<message><source>Move up</source><translation>Nach oben</translation></message>
<message><source>Move {n}</source><translation>{n} verschieben</translation></message>
<message><source>Move {n} knots</source><translation>{n} Knicke verschieben</translation></message>
<message><source>Move {n} nodes</source><translation>{n} Knoten verschieben</translation></message>
<message><source>Move {n} notes</source><translation>{n} Notizen verschieben</translation></message>
<message><source>Moved</source><translation>Verschoben</translation></message>
<message><source>Moved to the trash: {0}</source><translation>In den Papierkorb verschoben: {0}</translation></message>
<message><source>NOT NULL constraint failed: {0}</source><translation>NOT NULL verletzt: {0}</translation></message>
<message><source>Name</source><translation>Name</translation></message>
<message><source>Name a *.flow.json file in it.</source><translation>Nennen Sie eine Datei *.flow.json darin.</translation></message>
<message><source>Name a *.flow.json file.</source><translation>Nennen Sie eine Datei *.flow.json.</translation></message>
<message><source>Name a container or remove the field.</source><translation>Nennen Sie einen Behälter, oder entfernen Sie das Feld.</translation></message>
<message><source>Name a definition or a folder that is there.</source><translation>Nennen Sie eine Definition oder einen Ordner, den es gibt.</translation></message>
<message><source>Name a file in it.</source><translation>Nennen Sie eine Datei darin.</translation></message>
<message><source>Name a file or a folder.</source><translation>Nennen Sie eine Datei oder einen Ordner.</translation></message>
<message><source>Name a file such as big.parquet.</source><translation>Nennen Sie eine Datei wie big.parquet.</translation></message>
<message><source>Name a folder as target.</source><translation>Nennen Sie einen Ordner als Ziel.</translation></message>
<message><source>Name a folder, or remove the file.</source><translation>Nennen Sie einen Ordner, oder entfernen Sie die Datei.</translation></message>
<message><source>Name a node that lies above it, or the same one to run that alone.</source><translation>Nennen Sie einen Knoten, der davor liegt, oder denselben, um nur ihn auszuführen.</translation></message>
<message><source>Name a run of this workflow.</source><translation>Nennen Sie einen Lauf dieses Workflows.</translation></message>
<message><source>Name and tags of the run</source><translation>Name und Schlagworte des Laufs</translation></message>
<message><source>Name and tags of the run…</source><translation>Name und Schlagworte des Laufs …</translation></message>
<message><source>Name and tags of {run_id}</source><translation>Name und Schlagworte von {run_id}</translation></message>
<message><source>Name and tags…</source><translation>Name und Schlagworte …</translation></message>
<message><source>Name and value</source><translation>Name und Wert</translation></message>
<message><source>Name each earlier version with the function that makes its parameters those of the next one.</source><translation>Nennen Sie zu jeder früheren Version die Funktion, die aus deren Parametern die der nächsten macht.</translation></message>
<message><source>Name files, folders or links.</source><translation>Nennen Sie Dateien, Ordner oder Verknüpfungen.</translation></message>
<message><source>Name in the result</source><translation>Name im Ergebnis</translation></message>
<message><source>Name it by a path that starts in the folder of the definition.</source><translation>Nennen Sie ihn mit einem Pfad, der im Ordner der Definition beginnt.</translation></message>
<message><source>Name it in one word, as 'use' of a definition will.</source><translation>Gib ihr einen Namen aus einem Wort, wie ihn 'use' einer Definition nennt.</translation></message>
<message><source>Name of a connection</source><translation>Name einer Verbindung</translation></message>
<message><source>Name of a connection of the type ai: its address and key instead of 'url' and 'key'.</source><translation>Name einer Verbindung der Art ai: ihre Adresse und ihr Schlüssel statt 'url' und 'key'.</translation></message>
<message><source>Name of a connection of the type broker: its broker and login instead of host, port, user, password and tls.</source><translation>Name einer Verbindung der Art broker: ihr Broker und ihre Anmeldung statt host, port, user, password und tls.</translation></message>
<message><source>Name of a connection of the type chat: its webhook and service instead of those below.</source><translation>Name einer Verbindung der Art chat: ihr Webhook und Dienst statt der unten genannten.</translation></message>
<message><source>Name of a connection of the type http that logs in; 'url' lies below its address, or is the rest of it.</source><translation>Name einer Verbindung der Art http, die sich anmeldet; 'url' liegt unter ihrer Adresse oder ist deren Rest.</translation></message>
<message><source>Name of a connection of the type mail: its server (IMAP) and login instead of host, security, port, user and password.</source><translation>Name einer Verbindung der Art mail: ihr Server (IMAP) und ihre Anmeldung statt host, security, port, user und password.</translation></message>
<message><source>Name of a connection of the type mail: its server and login instead of host, security, port, user and password.</source><translation>Name einer Verbindung der Art mail: ihr Server und ihre Anmeldung statt host, security, port, user und password.</translation></message>
<message><source>Name of a connection of the type sql, a URL such as postgresql://user@host/name, or the path of a SQLite file; a relative path starts in the folder the run was started in.</source><translation>Name einer Verbindung der Art sql, eine URL wie postgresql://user@host/name oder der Pfad einer SQLite-Datei; ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde.</translation></message>
<message><source>Name of a connection of the type ssh: its machine and login instead of host, user, port, key, password, known_hosts and verify.</source><translation>Name einer Verbindung der Art ssh: ihr Rechner und ihre Anmeldung statt host, user, port, key, password, known_hosts und verify.</translation></message>
<message><source>Name of a connection of the type storage: its bucket and login instead of url, region, endpoint, access_key and secret_key.</source><translation>Name einer Verbindung der Art storage: ihr Bucket und ihre Anmeldung statt url, region, endpoint, access_key und secret_key.</translation></message>
<message><source>Name of a parameter set</source><translation>Name eines Parametersatzes</translation></message>
<message><source>Name of a secret</source><translation>Name eines Geheimnisses</translation></message>
<message><source>Name of each table and its rows: a list of objects, or a reference to a table.</source><translation>Name jeder Tabelle und ihre Zeilen: eine Liste von Objekten oder ein Verweis auf eine Tabelle.</translation></message>
<message><source>Name of the Python logger that gets the lines.</source><translation>Name des Python-Loggers, der die Zeilen bekommt.</translation></message>
<message><source>Name of the function.</source><translation>Name der Funktion.</translation></message>
<message><source>Name of the memory</source><translation>Name des Gedächtnisses</translation></message>
<message><source>Name of the memory; steps of the workflow that name the same one share it. By default the step's own.</source><translation>Name des Gedächtnisses; Schritte des Workflows, die denselben nennen, teilen es. Vorgabe: das eigene des Schritts.</translation></message>
<message><source>Name of the model.</source><translation>Name des Modells.</translation></message>
<message><source>Name of the node's span; may hold expressions. Empty: workflow/node.</source><translation>Name der Spanne des Knotens; darf Ausdrücke enthalten. Leer: Workflow/Knoten.</translation></message>
<message><source>Name of the secret that holds the address of the webhook. For telegram it is https://api.telegram.org/bot&lt;token&gt;/sendMessage?chat_id=&lt;chat&gt;, for ntfy https://ntfy.sh/&lt;topic&gt;.</source><translation>Name des Geheimnisses mit der Adresse des Webhooks. Bei telegram ist es https://api.telegram.org/bot&lt;Token&gt;/sendMessage?chat_id=&lt;Chat&gt;, bei ntfy https://ntfy.sh/&lt;Thema&gt;.</translation></message>
<message><source>Name of the secret that holds the key; without it none is sent.</source><translation>Name des Geheimnisses mit dem Schlüssel; ohne Angabe wird keiner gesendet.</translation></message>
<message><source>Name of the secret that holds the password of an encrypted ZIP file.</source><translation>Name des Geheimnisses mit dem Passwort einer verschlüsselten ZIP-Datei.</translation></message>
<message><source>Name of the secret that holds the password.</source><translation>Name des Geheimnisses mit dem Passwort.</translation></message>
<message><source>Name of the secret that holds the secret access key.</source><translation>Name des Geheimnisses mit dem geheimen Zugriffsschlüssel.</translation></message>
<message><source>Name of the secret to sign with (HMAC).</source><translation>Name des Geheimnisses, mit dem signiert wird (HMAC).</translation></message>
<message><source>Name of the secret with the password, or with the passphrase of the key.</source><translation>Name des Geheimnisses mit dem Passwort oder mit der Passphrase des Schlüssels.</translation></message>
<message><source>Name of the sheet in an Excel file.</source><translation>Name des Blatts in einer Excel-Datei.</translation></message>
<message><source>Name of the span</source><translation>Name des Spans</translation></message>
<message><source>Name of the table, with its schema if needed: sales.orders.</source><translation>Name der Tabelle, wenn nötig mit ihrem Schema: sales.orders.</translation></message>
<message><source>Name of the value.</source><translation>Name des Werts.</translation></message>
<message><source>Name one with --cluster or {0}; known: {1}.</source><translation>Nennen Sie einen mit --cluster oder {0}; bekannt: {1}.</translation></message>
<message><source>Name one with --item, in Python item=: {0}.</source><translation>Nennen Sie eines mit --item, in Python mit item=: {0}.</translation></message>
<message><source>Name or service not known</source><translation>Name oder Dienst ist nicht bekannt</translation></message>
<message><source>Name the archive to write.</source><translation>Nennen Sie das Archiv, das geschrieben werden soll.</translation></message>
<message><source>Name the columns that identify a row.</source><translation>Nennen Sie die Spalten, die eine Zeile bestimmen.</translation></message>
<message><source>Name the field of an answer that holds it, such as meta.next_cursor.</source><translation>Nennen Sie das Feld einer Antwort, in dem er steht, etwa meta.next_cursor.</translation></message>
<message><source>Name the field that holds the list in 'items'.</source><translation>Nennen Sie in 'items' das Feld, das die Liste enthält.</translation></message>
<message><source>Name the fields that must be equal, or set how to append.</source><translation>Nennen Sie die Felder, die gleich sein müssen, oder setzen Sie how auf append.</translation></message>
<message><source>Name the files in it with a pattern.</source><translation>Nennen Sie die Dateien darin mit einem Muster.</translation></message>
<message><source>Name the files in it, such as {0}/*.</source><translation>Nennen Sie die Dateien darin, etwa {0}/*.</translation></message>
<message><source>Name the folder that holds the files.</source><translation>Nennen Sie den Ordner, der die Dateien enthält.</translation></message>
<message><source>Name the folder to write into, or the files to send.</source><translation>Nennen Sie den Ordner, in den geschrieben wird, oder die Dateien, die gesendet werden.</translation></message>
<message><source>Name the node: nodes.&lt;id&gt;.output.</source><translation>Den Schritt nennen: nodes.&lt;id&gt;.output.</translation></message>
<message><source>Name the result of an expression.</source><translation>Benennen Sie das Ergebnis eines Ausdrucks.</translation></message>
<message><source>Name the secret itself, for example SIGNING_KEY, or write {{{{ secrets.SIGNING_KEY }}}}.</source><translation>Nennen Sie das Geheimnis selbst, zum Beispiel SIGNING_KEY, oder schreiben Sie {{{{ secrets.SIGNING_KEY }}}}.</translation></message>
<message><source>Name the secret with the right 'password'; archives encrypted with AES cannot be read.</source><translation>Nennen Sie in 'password' das Geheimnis mit dem richtigen Passwort; mit AES verschlüsselte Archive sind nicht lesbar.</translation></message>
<message><source>Name the secret: secrets.&lt;name&gt;.</source><translation>Das Geheimnis nennen: secrets.&lt;name&gt;.</translation></message>
<message><source>Name to log in with.</source><translation>Name für die Anmeldung.</translation></message>
<message><source>Name to log in with; by default that of ssh.</source><translation>Name für die Anmeldung; Vorgabe: der von ssh.</translation></message>
<message><source>Name to log in with; empty does not log in.</source><translation>Name für die Anmeldung; leer wird nicht angemeldet.</translation></message>
<message><source>Name what is in it that can go.</source><translation>Nennen Sie, was darin weg kann.</translation></message>
<message><source>Name {0}.</source><translation>Nennen Sie {0}.</translation></message>
<message><source>Name, is:failed, type:http</source><translation>Name, is:failed, type:http</translation></message>
<message><source>Names actions that are not known here</source><translation>Nennt Aktionen, die hier unbekannt sind</translation></message>
<message><source>Names and values; a value may be an expression and keeps its type.</source><translation>Namen und Werte; ein Wert darf ein Ausdruck sein und behält seinen Typ.</translation></message>
<message><source>Names of files or folders, such as __pycache__ or *.tmp, or patterns of paths below the folder; a folder left out is not entered.</source><translation>Namen von Dateien oder Ordnern wie __pycache__ oder *.tmp, oder Muster von Pfaden unter dem Ordner; ein weggelassener Ordner wird nicht betreten.</translation></message>
<message><source>Names the node in expressions: nodes.&lt;id&gt;.output</source><translation>Benennt den Knoten in Ausdrücken: nodes.&lt;Kennung&gt;.output</translation></message>
<message><source>Names the workflow in run ids and on the command line.</source><translation>Benennt den Workflow in Kennungen von Läufen und auf der Befehlszeile.</translation></message>
<message><source>Network address that is listened at; 127.0.0.1 is this machine only, 0.0.0.0 is everybody.</source><translation>Netzwerkadresse, an der gelauscht wird; 127.0.0.1 ist nur dieser Rechner, 0.0.0.0 sind alle.</translation></message>
<message><source>Network is unreachable</source><translation>Netzwerk ist nicht erreichbar</translation></message>
<message><source>Never on</source><translation>Nie bei</translation></message>
<message><source>New</source><translation>Neu</translation></message>
<message><source>New connection</source><translation>Neue Verbindung</translation></message>
<message><source>New connection…</source><translation>Neue Verbindung …</translation></message>
<message><source>New shortcut</source><translation>Neues Tastenkürzel</translation></message>
<message><source>New since then: {new}.</source><translation>Seitdem neu: {new}.</translation></message>
<message><source>New tab</source><translation>Neuer Tab</translation></message>
<message><source>New workflow</source><translation>Neuer Workflow</translation></message>
<message><source>New workflows come back at the next start, changes of files after a crash.</source><translation>Neue Workflows sind beim nächsten Start wieder da, Änderungen an Dateien nach einem Absturz.</translation></message>
<message><source>Newer than</source><translation>Neuer als</translation></message>
<message><source>New…</source><translation>Neu …</translation></message>
<message><source>Next attempt</source><translation>Nächster Versuch</translation></message>
<message><source>Next colour of note or frame</source><translation>Nächste Farbe von Notiz oder Rahmen</translation></message>
<message><source>Next pages</source><translation>Folgende Seiten</translation></message>
<message><source>Next tab</source><translation>Nächster Tab</translation></message>
<message><source>Next {span}, at {time}</source><translation>Das nächste Mal {span}, um {time}</translation></message>
<message><source>Night run #nightly</source><translation>Nachtlauf #nachts</translation></message>
<message><source>No OpenGL context could be made on this display.</source><translation>Auf diesem Bildschirm ließ sich kein OpenGL-Kontext anlegen.</translation></message>
<message><source>No actions are installed.</source><translation>Es sind keine Aktionen installiert.</translation></message>
<message><source>No case holds{0}, and there is no default.</source><translation>Kein Fall trifft{0} zu, und es gibt keine Vorgabe.</translation></message>
<message><source>No closed tab has a file that can be opened again.</source><translation>Kein geschlossener Tab hat eine Datei, die sich wieder öffnen ließe.</translation></message>
<message><source>No comparison. Choose a version in Versions and press Compare, or use “Compare with the saved file”.</source><translation>Kein Vergleich. Wählen Sie in „Fassungen“ eine Fassung und drücken Sie „Vergleichen“, oder nehmen Sie „Mit der gespeicherten Datei vergleichen“.</translation></message>
<message><source>No comparison. Select a run in Runs and press Compare, or use “Compare with another run…”.</source><translation>Kein Vergleich. Wählen Sie in „Läufe“ einen Lauf und drücken Sie „Vergleichen“, oder nutzen Sie „Mit einem anderen Lauf vergleichen …“.</translation></message>
<message><source>No connection to {0}, or it broke: {1}.</source><translation>Keine Verbindung zu {0}, oder sie brach ab: {1}.</translation></message>
<message><source>No connection to {0}: {1}.</source><translation>Keine Verbindung zu {0}: {1}.</translation></message>
<message><source>No engine process answers at {0}.</source><translation>Unter {0} antwortet kein Prozess der Engine.</translation></message>
<message><source>No failure, retry, pause or wait there.</source><translation>Dort ist kein Fehler, kein Neuversuch, keine Pause und kein Warten.</translation></message>
<message><source>No folder is set yet.</source><translation>Noch ist kein Ordner angegeben.</translation></message>
<message><source>No frame or container fits</source><translation>Kein Rahmen oder Behälter passt</translation></message>
<message><source>No item</source><translation>Kein Element</translation></message>
<message><source>No key</source><translation>Keine Taste</translation></message>
<message><source>No line speaks of trouble.</source><translation>Keine Zeile spricht von Störungen.</translation></message>
<message><source>No middleware around {where} yet. Add logging, retries, rate limits or a cache here, or drag one from the palette.</source><translation>Noch keine Middleware um {where}. Fügen Sie hier Protokoll, Neuversuche, Begrenzungen oder einen Zwischenspeicher hinzu, oder ziehen Sie sie aus der Palette.</translation></message>
<message><source>No middleware around {where}.</source><translation>Keine Middleware um {where}.</translation></message>
<message><source>No middleware is installed</source><translation>Es ist keine Middleware installiert</translation></message>
<message><source>No module named {0}</source><translation>kein Modul namens {0}</translation></message>
<message><source>No module named {0} in the folder of actions</source><translation>Kein Modul namens {0} im Ordner der Aktionen</translation></message>
<message><source>No node can be read here, and {0} neither.</source><translation>Hier kann kein Knoten gelesen werden, auch {0} nicht.</translation></message>
<message><source>No node fits</source><translation>Kein Knoten passt</translation></message>
<message><source>No node of run {0} can start now.</source><translation>Kein Knoten des Laufs {0} kann jetzt beginnen.</translation></message>
<message><source>No node of this run waits for {0}.</source><translation>Kein Knoten dieses Laufs wartet auf {0}.</translation></message>
<message><source>No parameter set</source><translation>Kein Parametersatz</translation></message>
<message><source>No path is set yet.</source><translation>Noch ist kein Pfad angegeben.</translation></message>
<message><source>No problems. The workflow is valid.</source><translation>Keine Probleme. Der Workflow ist gültig.</translation></message>
<message><source>No recent files</source><translation>Keine zuletzt geöffneten Dateien</translation></message>
<message><source>No route to host</source><translation>kein Weg zum Zielrechner</translation></message>
<message><source>No row of '{0}'</source><translation>Keine Zeile von '{0}'</translation></message>
<message><source>No run fits the filter.</source><translation>Kein Lauf passt zum Filter.</translation></message>
<message><source>No run is shown.</source><translation>Es wird kein Lauf gezeigt.</translation></message>
<message><source>No run is shown. What every node of a run did, and when, appears here.</source><translation>Es wird kein Lauf gezeigt. Hier erscheint, was jeder Knoten eines Laufs wann getan hat.</translation></message>
<message><source>No run is that old.</source><translation>Kein Lauf ist so alt.</translation></message>
<message><source>No run refers to the artifact {0}.</source><translation>Kein Lauf verweist auf den großen Wert {0}.</translation></message>
<message><source>No runs yet. Press F5 to run the workflow; every run is kept here.</source><translation>Noch keine Läufe. Drücken Sie F5, um den Workflow auszuführen; jeder Lauf wird hier aufgehoben.</translation></message>
<message><source>No schedule is set yet.</source><translation>Noch ist kein Zeitplan angegeben.</translation></message>
<message><source>No space left on device</source><translation>kein Platz mehr auf dem Gerät</translation></message>
<message><source>No such file or directory</source><translation>Datei oder Verzeichnis nicht gefunden</translation></message>
<message><source>No web request waits for an answer of this run: the output is what would be answered.</source><translation>Keine Webanfrage wartet auf eine Antwort dieses Laufs: Die Ausgabe ist, was geantwortet würde.</translation></message>
<message><source>No worker of the cluster {0} can run {1}: {2}.</source><translation>Kein Arbeiter des Clusters {0} kann {1} ausführen: {2}.</translation></message>
<message><source>Nobody waits for an answer: the web request was answered when the run began.</source><translation>Niemand wartet auf eine Antwort: Die Webanfrage wurde schon beim Beginn des Laufs beantwortet.</translation></message>
<message><source>Nobody waits for an answer: this run was not started by a web request.</source><translation>Niemand wartet auf eine Antwort: Dieser Lauf wurde nicht von einer Webanfrage gestartet.</translation></message>
<message><source>Node</source><translation>Knoten</translation></message>
<message><source>Node id</source><translation>Kennung des Knotens</translation></message>
<message><source>Node {0} calls the workflow {1}, which was attached in Python and lies in no file.</source><translation>Der Knoten {0} ruft den Workflow {1} auf, der in Python angehängt wurde und in keiner Datei liegt.</translation></message>
<message><source>Node {0} comes after {1}, which is no id.</source><translation>Der Knoten {0} kommt nach {1}, das keine Kennung ist.</translation></message>
<message><source>Node {0} has no port {1}.</source><translation>Der Knoten {0} hat keinen Ausgang {1}.</translation></message>
<message><source>Node {0} names the workflow {1} by an absolute path, which no other machine has.</source><translation>Der Knoten {0} nennt den Workflow {1} mit einem absoluten Pfad, den kein anderer Rechner hat.</translation></message>
<message><source>Node {0} runs inside the layer</source><translation>Der Knoten {0} läuft in der Schicht</translation></message>
<message><source>Node {0} runs inside the layer {1}, which no other process can find: {2}</source><translation>Der Knoten {0} läuft in der Schicht {1}, die kein anderer Prozess finden kann: {2}</translation></message>
<message><source>Node {0} runs inside {1}, once per item.</source><translation>Der Knoten {0} läuft in {1}, einmal je Element.</translation></message>
<message><source>Node {0} runs the function</source><translation>Der Knoten {0} führt die Funktion aus:</translation></message>
<message><source>Node {0} runs the function {1}, which no other process can find: {2}</source><translation>Der Knoten {0} führt die Funktion {1} aus, die kein anderer Prozess finden kann: {2}</translation></message>
<message><source>Node-RED looked at every rule; flow.switch takes the first that holds.</source><translation>Node-RED sah jede Regel an; flow.switch nimmt die erste, die zutrifft.</translation></message>
<message><source>Nodes</source><translation>Knoten</translation></message>
<message><source>Nodes at a time</source><translation>Knoten gleichzeitig</translation></message>
<message><source>Nodes that ended</source><translation>Beendete Knoten</translation></message>
<message><source>Nodes with the same name share the circuit. Empty: the node's own.</source><translation>Knoten mit demselben Namen teilen den Stromkreis. Leer: der eigene des Knotens.</translation></message>
<message><source>Nodes with the same name share the places. Empty: the node's own.</source><translation>Knoten mit demselben Namen teilen die Plätze. Leer: die eigenen des Knotens.</translation></message>
<message><source>Nodes with the same name share the rate. Empty: the node's own.</source><translation>Knoten mit demselben Namen teilen die Rate. Leer: die eigene des Knotens.</translation></message>
<message><source>None.</source><translation>Keine.</translation></message>
<message><source>Not JSON: {error}.</source><translation>Kein JSON: {error}.</translation></message>
<message><source>Not JSON: {msg} (line {lineno}, column {colno}).</source><translation>Kein JSON: {msg} (Zeile {lineno}, Spalte {colno}).</translation></message>
<message><source>Not a directory</source><translation>ist kein Verzeichnis</translation></message>
<message><source>Not active</source><translation>Nicht aktiv</translation></message>
<message><source>Not as wanted: {0}{1}.</source><translation>Nicht wie gewünscht: {0}{1}.</translation></message>
<message><source>Not converted</source><translation>Nicht übernommen</translation></message>
<message><source>Not everything in '{0}' can be read: '{1}': {2}</source><translation>Nicht alles in '{0}' ist lesbar: '{1}': {2}</translation></message>
<message><source>Not found error</source><translation>Nicht gefunden</translation></message>
<message><source>Not from a page of another site.</source><translation>Nicht von einer Seite einer anderen Website.</translation></message>
<message><source>Not here.</source><translation>Nicht hier.</translation></message>
<message><source>Not run</source><translation>Nicht gelaufen</translation></message>
<message><source>Not run yet</source><translation>Noch nicht gelaufen</translation></message>
<message><source>Not running</source><translation>Läuft nicht</translation></message>
<message><source>Not saved</source><translation>Nicht gespeichert</translation></message>
<message><source>Not saved yet</source><translation>Noch nicht gespeichert</translation></message>
<message><source>Not this method.</source><translation>Nicht diese Methode.</translation></message>
<message><source>Not under this name.</source><translation>Nicht unter diesem Namen.</translation></message>
<message><source>Note</source><translation>Notiz</translation></message>
<message><source>Notes</source><translation>Notizen</translation></message>
<message><source>Notes and frames</source><translation>Notizen und Rahmen</translation></message>
<message><source>Nothing can be appended to a {0} file.</source><translation>An eine Datei vom Format {0} lässt sich nichts anhängen.</translation></message>
<message><source>Nothing confirmed is lost; 'floworch resume' puts it aside.</source><translation>Nichts Bestätigtes ist verloren; 'floworch resume' legt es beiseite.</translation></message>
<message><source>Nothing differs.</source><translation>Nichts unterscheidet sich.</translation></message>
<message><source>Nothing fits the pattern '{0}'.</source><translation>Nichts passt zum Muster '{0}'.</translation></message>
<message><source>Nothing fits “{query}”. Try another word.</source><translation>Nichts passt zu „{query}“. Versuchen Sie ein anderes Wort.</translation></message>
<message><source>Nothing fits. Try another word.</source><translation>Nichts passt. Versuchen Sie ein anderes Wort.</translation></message>
<message><source>Nothing has run yet: this is what the steps declare. Run the workflow to see values.</source><translation>Noch ist nichts gelaufen: Das geben die Schritte nach ihrer Beschreibung. Starten Sie den Workflow, um Werte zu sehen.</translation></message>
<message><source>Nothing is lost: it is made again from the journals when runs are listed.</source><translation>Nichts ist verloren: Sie wird aus den Journalen neu gemacht, wenn Läufe aufgelistet werden.</translation></message>
<message><source>Nothing is ready.</source><translation>Nichts ist bereit.</translation></message>
<message><source>Nothing of it can be read. Restore the file from a backup, or put the run aside with 'floworch doctor --remove {0}'.</source><translation>Nichts davon ist zu lesen. Holen Sie die Datei aus einer Sicherung zurück, oder legen Sie den Lauf mit 'floworch doctor --remove {0}' beiseite.</translation></message>
<message><source>Nothing of it has run: start it anew.</source><translation>Nichts davon ist gelaufen: Starten Sie ihn neu.</translation></message>
<message><source>Nothing of it was run. It would {what}.</source><translation>Nichts davon wurde ausgeführt. Er würde {what}.</translation></message>
<message><source>Nothing of run '{0}' can be kept: {1}</source><translation>Vom Lauf '{0}' lässt sich nichts behalten: {1}</translation></message>
<message><source>Nothing says which runs may go.</source><translation>Nichts sagt, welche Läufe gehen dürfen.</translation></message>
<message><source>Nothing to report</source><translation>Nichts gefunden</translation></message>
<message><source>Nothing to run yet</source><translation>Noch nichts auszuführen</translation></message>
<message><source>Nothing was changed</source><translation>Nichts geändert</translation></message>
<message><source>Nothing was changed since.</source><translation>Seitdem wurde nichts geändert.</translation></message>
<message><source>Nothing was changed. Resume it without --migrate, or edit the definition again.</source><translation>Nichts wurde geändert. Setzen Sie ihn ohne --migrate fort, oder bearbeiten Sie die Definition noch einmal.</translation></message>
<message><source>Nothing was noted so far.</source><translation>Bisher wurde nichts vermerkt.</translation></message>
<message><source>Number or words</source><translation>Nr. oder Wort</translation></message>
<message><source>Object store</source><translation>Objektspeicher</translation></message>
<message><source>Object to start from</source><translation>Objekt als Grundlage</translation></message>
<message><source>Of a table, more rows in one list are an error with result: rows.</source><translation>Bei einer Tabelle sind mehr Zeilen in einer Liste bei result: rows ein Fehler.</translation></message>
<message><source>Of a table, more rows in the list are an error with result: rows.</source><translation>Bei einer Tabelle sind mehr Zeilen in der Liste bei result: rows ein Fehler.</translation></message>
<message><source>Of a table, more valid rows in a list are an error with result: rows, and more invalid ones always.</source><translation>Bei einer Tabelle sind mehr gültige Zeilen in einer Liste bei result: rows ein Fehler, mehr ungültige immer.</translation></message>
<message><source>Older than 30 days</source><translation>Älter als 30 Tage</translation></message>
<message><source>On a schedule</source><translation>Nach Zeitplan</translation></message>
<message><source>On offer: {0}{1}.</source><translation>Zur Auswahl: {0}{1}.</translation></message>
<message><source>Once active, its triggers start runs by themselves, in a process of their own.</source><translation>Einmal aktiv, starten seine Auslöser Läufe von selbst, in einem eigenen Prozess.</translation></message>
<message><source>One SELECT statement.</source><translation>Eine SELECT-Anweisung.</translation></message>
<message><source>One attempt, no retry.</source><translation>Ein Versuch, kein Neuversuch.</translation></message>
<message><source>One call after the other</source><translation>Einer nach dem anderen</translation></message>
<message><source>One event back</source><translation>Ein Ereignis zurück</translation></message>
<message><source>One event further</source><translation>Ein Ereignis weiter</translation></message>
<message><source>One field of a form: what a person fills in.</source><translation>Ein Feld eines Formulars: was ein Mensch ausfüllt.</translation></message>
<message><source>One of</source><translation>Einer von</translation></message>
<message><source>One of {0}.</source><translation>Eines von {0}.</translation></message>
<message><source>One statement, or a list of them that run in this order; write :name where a value of 'params' belongs.</source><translation>Eine Anweisung oder eine Liste davon, die in dieser Reihenfolge laufen; schreiben Sie :name, wo ein Wert aus 'params' hingehört.</translation></message>
<message><source>One statement; write :name where a value of 'params' belongs.</source><translation>Eine Anweisung; schreiben Sie :name, wo ein Wert aus 'params' hingehört.</translation></message>
<message><source>One value to check.</source><translation>Ein Wert, der geprüft wird.</translation></message>
<message><source>Only items published later than this, in ISO 8601 with a zone (2026-01-31T18:00:00Z) or as seconds since 1970; items without a date stay. last_run: later than the newest that an earlier run of this step has given; it is remembered beside the store, and a step that is repeated gives the same items again.</source><translation>Nur Elemente, die später als dies veröffentlicht wurden, in ISO 8601 mit Zeitzone (2026-01-31T18:00:00Z) oder als Sekunden seit 1970; Elemente ohne Datum bleiben. last_run: später als das neueste, das ein früherer Lauf dieses Schritts gab; es wird neben der Ablage gemerkt, und ein wiederholter Schritt gibt dieselben Elemente noch einmal.</translation></message>
<message><source>Only the answers of GET come in pages.</source><translation>Nur die Antworten auf GET kommen in Seiten.</translation></message>
<message><source>Only trouble</source><translation>Nur Störungen</translation></message>
<message><source>Only what differs</source><translation>Nur Unterschiede</translation></message>
<message><source>Only what is told of its past is damaged. It can go on; salvaging it would take it back.</source><translation>Nur was von seiner Vergangenheit erzählt wird, ist beschädigt. Er kann weitergehen; Retten würde ihn zurücksetzen.</translation></message>
<message><source>Only what was changed within this time, such as 7d.</source><translation>Nur, was innerhalb dieser Zeit geändert wurde, etwa 7d.</translation></message>
<message><source>Only when</source><translation>Nur wenn</translation></message>
<message><source>Open</source><translation>Öffnen</translation></message>
<message><source>Open a copy</source><translation>Kopie öffnen</translation></message>
<message><source>Open a file, a folder or a web address with the program the desktop has for it; without a desktop, log it.</source><translation>Eine Datei, einen Ordner oder eine Webadresse mit dem Programm öffnen, das der Schreibtisch dafür hat; ohne Schreibtisch ins Protokoll schreiben.</translation></message>
<message><source>Open all frames and containers</source><translation>Alle Rahmen und Behälter ausklappen</translation></message>
<message><source>Open an example…</source><translation>Beispiel öffnen …</translation></message>
<message><source>Open for</source><translation>Offen für</translation></message>
<message><source>Open recent</source><translation>Zuletzt geöffnet</translation></message>
<message><source>Open the called run</source><translation>Aufgerufenen Lauf öffnen</translation></message>
<message><source>Open the called workflow</source><translation>Aufgerufenen Workflow öffnen</translation></message>
<message><source>Open the calling run</source><translation>Aufrufenden Lauf öffnen</translation></message>
<message><source>Open the file</source><translation>Datei öffnen</translation></message>
<message><source>Open the files of the last time again at the start.</source><translation>Beim Start die Dateien vom letzten Mal wieder öffnen.</translation></message>
<message><source>Open the frame (H) to connect with what it holds.</source><translation>Den Rahmen öffnen (H), um mit dem zu verbinden, was darin ist.</translation></message>
<message><source>Open the shop</source><translation>Laden öffnen</translation></message>
<message><source>Open workflow</source><translation>Workflow öffnen</translation></message>
<message><source>Open workflows</source><translation>Geöffnete Workflows</translation></message>
<message><source>Open {name}</source><translation>{name} öffnen</translation></message>
<message><source>Open…</source><translation>Öffnen …</translation></message>
<message><source>Operation not permitted</source><translation>nicht erlaubt</translation></message>
<message><source>Operator mode</source><translation>Bedienansicht</translation></message>
<message><source>Order it</source><translation>Bestellen</translation></message>
<message><source>Order saga</source><translation>Bestell-Saga</translation></message>
<message><source>Other fields</source><translation>Übrige Felder</translation></message>
<message><source>Other values</source><translation>Andere Werte</translation></message>
<message><source>Otherwise a companion process, which outlives it, runs them.</source><translation>Sonst führt ein Begleitprozess sie aus, der das Fenster überdauert.</translation></message>
<message><source>Otherwise it scrolls, and zooms with Ctrl.</source><translation>Sonst rollt es und zoomt mit Strg.</translation></message>
<message><source>Outline</source><translation>Gliederung</translation></message>
<message><source>Outline of the workflow</source><translation>Gliederung des Workflows</translation></message>
<message><source>Output</source><translation>Ausgabe</translation></message>
<message><source>Output is not mailed to {0}: it is kept with the run.</source><translation>Ausgaben werden nicht an {0} gemailt: Sie bleiben beim Lauf.</translation></message>
<message><source>Outputs</source><translation>Ausgaben</translation></message>
<message><source>Overwrite</source><translation>Überschreiben</translation></message>
<message><source>Overwriting loses what was written there. Reading it again replaces what is here; undo brings it back.</source><translation>Beim Überschreiben geht verloren, was dort geschrieben wurde. „Neu lesen“ ersetzt, was hier steht; Rückgängig bringt es zurück.</translation></message>
<message><source>Own retry policy</source><translation>Eigene Regel für Neuversuche</translation></message>
<message><source>Pack files into a ZIP or TAR file, or unpack one.</source><translation>Dateien in eine ZIP- oder TAR-Datei packen oder eine auspacken.</translation></message>
<message><source>Pack it again with the usual compression (deflate).</source><translation>Packen Sie es mit der üblichen Kompression (deflate) noch einmal.</translation></message>
<message><source>Pack or unpack files</source><translation>Dateien packen oder entpacken</translation></message>
<message><source>Packages</source><translation>Pakete</translation></message>
<message><source>Packed {0} files into {1}.</source><translation>{0} Dateien in {1} gepackt.</translation></message>
<message><source>Page</source><translation>Seite</translation></message>
<message><source>Paint with OpenGL; slower without a graphics card of one's own.</source><translation>Mit OpenGL zeichnen; langsamer ohne eigene Grafikkarte.</translation></message>
<message><source>Palette</source><translation>Palette</translation></message>
<message><source>Pan</source><translation>Verschieben</translation></message>
<message><source>Panels</source><translation>Bereiche</translation></message>
<message><source>Parameter of the page</source><translation>Parameter der Seite</translation></message>
<message><source>Parameter set</source><translation>Parametersatz</translation></message>
<message><source>Parameters</source><translation>Parameter</translation></message>
<message><source>Parameters added to the address; a list repeats its name.</source><translation>Parameter, die an die Adresse gehängt werden; eine Liste wiederholt ihren Namen.</translation></message>
<message><source>Parameters of that action; expressions as for the value.</source><translation>Parameter dieser Aktion; Ausdrücke wie beim Wert.</translation></message>
<message><source>Parameters of triggers may use inputs, nothing of a run.</source><translation>Parameter von Auslösern dürfen Eingaben nutzen, nichts von einem Lauf.</translation></message>
<message><source>Parameters of {value}</source><translation>Parameter von {value}</translation></message>
<message><source>Parameters with the values they had in this run.</source><translation>Parameter mit den Werten, die sie in diesem Lauf hatten.</translation></message>
<message><source>Parameters with the values they had in this run; 1 expression is shown as written.</source><translation>Parameter mit den Werten, die sie in diesem Lauf hatten; 1 Ausdruck wird gezeigt, wie er geschrieben ist.</translation></message>
<message><source>Parameters with the values they had in this run; {n} expressions are shown as written.</source><translation>Parameter mit den Werten, die sie in diesem Lauf hatten; {n} Ausdrücke werden gezeigt, wie sie geschrieben sind.</translation></message>
<message><source>Parameters: {0}.</source><translation>Parameter: {0}.</translation></message>
<message><source>Parse</source><translation>Einlesen</translation></message>
<message><source>Parser Error: syntax error at or near {0}</source><translation>Syntaxfehler bei {0}</translation></message>
<message><source>Part to take</source><translation>Welcher Teil</translation></message>
<message><source>Part {n:,}</source><translation>Teil {n:,}</translation></message>
<message><source>Part {n:,} of {all:,}</source><translation>Teil {n:,} von {all:,}</translation></message>
<message><source>Pass binary data through 'stdin'.</source><translation>Übergeben Sie binäre Daten über 'stdin'.</translation></message>
<message><source>Pass it as text.</source><translation>Übergeben Sie ihn als Text.</translation></message>
<message><source>Pass large values through 'stdin' or a file.</source><translation>Übergeben Sie große Werte über 'stdin' oder eine Datei.</translation></message>
<message><source>Passphrase</source><translation>Passphrase</translation></message>
<message><source>Password</source><translation>Passwort</translation></message>
<message><source>Passwords, tokens and keys. Workflows read them as {{ secrets.NAME }}; values are never shown here and never written into a run.</source><translation>Kennwörter, Token und Schlüssel. Workflows lesen sie als {{ secrets.NAME }}; Werte werden hier nie gezeigt und nie in einen Lauf geschrieben.</translation></message>
<message><source>Paste</source><translation>Einfügen</translation></message>
<message><source>Paste middleware</source><translation>Middleware einfügen</translation></message>
<message><source>Paste middleware on {n} nodes</source><translation>Middleware bei {n} Knoten einfügen</translation></message>
<message><source>Paste with links</source><translation>Mit Verbindungen einfügen</translation></message>
<message><source>Path</source><translation>Pfad</translation></message>
<message><source>Path of another Python (3.11 or newer), such as that of a virtual environment with the libraries the code needs; a relative path starts in the folder the run was started in.</source><translation>Pfad eines anderen Python (3.11 oder neuer), etwa aus einer virtuellen Umgebung mit den Bibliotheken, die der Code braucht; ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde.</translation></message>
<message><source>Path of another Python (3.11 or newer), such as that of a virtual environment with the libraries the file needs; a relative path starts in the folder the run was started in. Libraries that a block '# /// script' of the file names are installed by uv, where it is there, into an environment of their own, which is made once.</source><translation>Pfad eines anderen Python (3.11 oder neuer), etwa aus einer virtuellen Umgebung mit den Bibliotheken, die die Datei braucht; ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde. Bibliotheken, die ein Block '# /// script' der Datei nennt, installiert uv, wo es vorhanden ist, in eine eigene Umgebung, die einmal angelegt wird.</translation></message>
<message><source>Path of the address</source><translation>Pfad der Adresse</translation></message>
<message><source>Path of the address, such as /orders.</source><translation>Pfad der Adresse, etwa /orders.</translation></message>
<message><source>Path of the file to hash instead; a relative path starts in the folder the run was started in.</source><translation>Stattdessen der Pfad der Datei, deren Prüfsumme berechnet wird; ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde.</translation></message>
<message><source>Paths</source><translation>Pfade</translation></message>
<message><source>Paths of files to attach; a relative one starts in the folder the run was started in.</source><translation>Pfade der Dateien, die angehängt werden; ein relativer beginnt in dem Ordner, in dem der Lauf gestartet wurde.</translation></message>
<message><source>Paths of images that belong to the question, or https addresses of them.</source><translation>Pfade der Bilder, die zur Frage gehören, oder https-Adressen davon.</translation></message>
<message><source>Pattern</source><translation>Muster</translation></message>
<message><source>Pause</source><translation>Pausieren</translation></message>
<message><source>Pause before the next try</source><translation>Wartezeit vor dem nächsten Versuch</translation></message>
<message><source>Pause before “{value}” when …</source><translation>Vor „{value}“ pausieren, wenn …</translation></message>
<message><source>Pause between rounds</source><translation>Wartezeit zwischen Runden</translation></message>
<message><source>Pause it first.</source><translation>Pausieren Sie ihn zuerst.</translation></message>
<message><source>Pause it first: floworch pause {0}</source><translation>Pausieren Sie ihn zuerst: floworch pause {0}</translation></message>
<message><source>Pause now</source><translation>Sofort pausieren</translation></message>
<message><source>Pause now (interrupted steps begin again)</source><translation>Sofort pausieren (unterbrochene Schritte beginnen neu)</translation></message>
<message><source>Pause or cancel it there; the lock is free as soon as that process lets go or ends.</source><translation>Pausieren Sie ihn dort, oder brechen Sie ihn ab; die Sperre ist frei, sobald jener Prozess ihn loslässt oder endet.</translation></message>
<message><source>Pause requested</source><translation>Pause verlangt</translation></message>
<message><source>Pause when it is done</source><translation>Danach pausieren</translation></message>
<message><source>Paused</source><translation>Pausiert</translation></message>
<message><source>Paused or waiting</source><translation>Pausiert oder wartend</translation></message>
<message><source>Paused, waiting and interrupted runs always stay.</source><translation>Pausierte, wartende und unterbrochene Läufe bleiben immer.</translation></message>
<message><source>Pausing</source><translation>Wird pausiert</translation></message>
<message><source>Pending</source><translation>Steht an</translation></message>
<message><source>People</source><translation>Menschen</translation></message>
<message><source>Period</source><translation>Zeitraum</translation></message>
<message><source>Permission denied</source><translation>keine Berechtigung</translation></message>
<message><source>Permission error</source><translation>Keine Berechtigung</translation></message>
<message><source>Picture</source><translation>Bild</translation></message>
<message><source>Picture for pages and editors</source><translation>Bild für Seiten und Editoren</translation></message>
<message><source>Picture of pixels</source><translation>Bild aus Pixeln</translation></message>
<message><source>Picture of {name}</source><translation>Bild von {name}</translation></message>
<message><source>Pieces</source><translation>Stückzahl</translation></message>
<message><source>Pin or unpin the bottom panel</source><translation>Unteren Bereich anheften oder lösen</translation></message>
<message><source>Pin or unpin the output</source><translation>Ausgabe anheften oder lösen</translation></message>
<message><source>Pin output of {nodes}</source><translation>Ausgabe von {nodes} anheften</translation></message>
<message><source>Pin the nodes below it.</source><translation>Heften Sie die Knoten darunter an.</translation></message>
<message><source>Pin {0} instead.</source><translation>Heften Sie stattdessen {0} an.</translation></message>
<message><source>Pink</source><translation>Rosa</translation></message>
<message><source>Pinned. Runs of a part take these outputs.</source><translation>Angeheftet. Läufe eines Teils nehmen diese Ausgaben.</translation></message>
<message><source>Pinned. Runs of a part take this output.</source><translation>Angeheftet. Läufe eines Teils nehmen diese Ausgabe.</translation></message>
<message><source>Placeholder for {0}. Its original:</source><translation>Platzhalter ({0}). Das Original:</translation></message>
<message><source>Plain body</source><translation>Inhalt, wie er ist</translation></message>
<message><source>Play a sound</source><translation>Ton abspielen</translation></message>
<message><source>Play the run</source><translation>Lauf abspielen</translation></message>
<message><source>Play the run again, or hold</source><translation>Lauf noch einmal abspielen oder pausieren</translation></message>
<message><source>Please correct: {names}</source><translation>Bitte berichtigen: {names}</translation></message>
<message><source>Please report this; the engine process itself goes on.</source><translation>Bitte melden Sie das; der Prozess der Engine arbeitet weiter.</translation></message>
<message><source>Port</source><translation>Port</translation></message>
<message><source>Port of the broker.</source><translation>Port des Brokers.</translation></message>
<message><source>Port of the server.</source><translation>Port des Servers.</translation></message>
<message><source>Port when none fits</source><translation>Ausgang, wenn keines passt</translation></message>
<message><source>Port when none holds</source><translation>Ausgang, wenn keiner zutrifft</translation></message>
<message><source>Ports</source><translation>Ausgänge</translation></message>
<message><source>Ports of the node</source><translation>Anschlüsse des Knotens</translation></message>
<message><source>Preset of shortcuts</source><translation>Vorlage der Tastenkürzel</translation></message>
<message><source>Press F5 to run the workflow. Its result is shown here.</source><translation>Drücken Sie F5, um den Workflow auszuführen. Sein Ergebnis erscheint hier.</translation></message>
<message><source>Press F5 to run the workflow. What this node did is shown here.</source><translation>Drücken Sie F5, um den Workflow auszuführen. Was dieser Knoten tat, erscheint hier.</translation></message>
<message><source>Press Run. What happens, and what comes of it, is shown here.</source><translation>Drücken Sie „Ausführen“. Was geschieht und was dabei herauskommt, steht dann hier.</translation></message>
<message><source>Press {key} to run</source><translation>{key} startet den Workflow</translation></message>
<message><source>Previous tab</source><translation>Voriger Tab</translation></message>
<message><source>Price</source><translation>Preis</translation></message>
<message><source>Private key file</source><translation>Datei mit privatem Schlüssel</translation></message>
<message><source>Problems</source><translation>Probleme</translation></message>
<message><source>Problems ({n})</source><translation>Probleme ({n})</translation></message>
<message><source>Processing error</source><translation>Verarbeitungsfehler</translation></message>
<message><source>Program log</source><translation>Programmprotokoll</translation></message>
<message><source>Program log…</source><translation>Programmprotokoll …</translation></message>
<message><source>Progress</source><translation>Fortschritt</translation></message>
<message><source>Prompt</source><translation>Eingabe</translation></message>
<message><source>Publish MQTT message</source><translation>MQTT-Nachricht senden</translation></message>
<message><source>Publish a message on a broker.</source><translation>Eine Nachricht bei einem Broker veröffentlichen.</translation></message>
<message><source>Publish a path or an address instead.</source><translation>Veröffentlichen Sie stattdessen einen Pfad oder eine Adresse.</translation></message>
<message><source>Publish the report?</source><translation>Veröffentlichen?</translation></message>
<message><source>Publish to one topic.</source><translation>Veröffentlichen Sie unter einem einzelnen Thema.</translation></message>
<message><source>Published {0} bytes on {1}.</source><translation>{0} Bytes auf {1} veröffentlicht.</translation></message>
<message><source>Put a colon between key and value.</source><translation>Setzen Sie einen Doppelpunkt zwischen Schlüssel und Wert.</translation></message>
<message><source>Put a comma between the entries, or close the bracket before this place.</source><translation>Setzen Sie ein Komma zwischen die Einträge, oder schließen Sie die Klammer vor dieser Stelle.</translation></message>
<message><source>Put a frame around the selection</source><translation>Auswahl einrahmen</translation></message>
<message><source>Put a text on the clipboard, or take the one that is there; without a desktop, log it.</source><translation>Einen Text in die Zwischenablage legen oder den nehmen, der dort ist; ohne Schreibtisch ins Protokoll schreiben.</translation></message>
<message><source>Put at least one node into it.</source><translation>Legen Sie mindestens einen Knoten hinein.</translation></message>
<message><source>Put back 1 wire</source><translation>1 Verbindung zurückholen</translation></message>
<message><source>Put back the wire from “{title}”</source><translation>Verbindung von „{title}“ zurückholen</translation></message>
<message><source>Put back {n} wires</source><translation>{n} Verbindungen zurückholen</translation></message>
<message><source>Put brackets around it, such as middleware=[retry(3)].</source><translation>Setzen Sie Klammern darum, etwa middleware=[retry(3)].</translation></message>
<message><source>Put into a frame or container</source><translation>In einen Rahmen oder Behälter setzen</translation></message>
<message><source>Put into a frame or container…</source><translation>In einen Rahmen oder Behälter setzen …</translation></message>
<message><source>Put into which frame or container?</source><translation>In welchen Rahmen oder Behälter?</translation></message>
<message><source>Put into {title}</source><translation>In {title} setzen</translation></message>
<message><source>Put it aside with 'floworch doctor --remove {0}'</source><translation>Legen Sie ihn mit 'floworch doctor --remove {0}' beiseite</translation></message>
<message><source>Put nodes into a frame or container, take them out</source><translation>Knoten in einen Rahmen oder Behälter setzen, herausnehmen</translation></message>
<message><source>Put the called workflow back here</source><translation>Aufgerufenen Workflow hierher zurückholen</translation></message>
<message><source>Put the copy back</source><translation>Zurückspielen</translation></message>
<message><source>Put the file itself there.</source><translation>Legen Sie die Datei selbst dorthin.</translation></message>
<message><source>Put the inner steps beside each other.</source><translation>Legen Sie die inneren Schritte nebeneinander.</translation></message>
<message><source>Put the retry around map_items, or give each item attempts of its own with flow.foreach.</source><translation>Legen Sie den Neuversuch um map_items, oder geben Sie mit flow.foreach jedem Element eigene Versuche.</translation></message>
<message><source>Put the rows of two lists together.</source><translation>Die Zeilen zweier Listen zusammenführen.</translation></message>
<message><source>Put this version in the place of what is edited; undo takes it back</source><translation>Diese Fassung an die Stelle dessen setzen, was bearbeitet wird; Rückgängig nimmt es zurück</translation></message>
<message><source>Put wire back</source><translation>Verbindung zurückholen</translation></message>
<message><source>Put {0} inside {1} to bound each attempt, or make it longer.</source><translation>Legen Sie {0} in {1}, um jeden Versuch zu begrenzen, oder machen Sie es länger.</translation></message>
<message><source>Put {0} outside {1}.</source><translation>Legen Sie {0} außen um {1}.</translation></message>
<message><source>Put {name} back</source><translation>{name} zurückholen</translation></message>
<message><source>Python</source><translation>Python</translation></message>
<message><source>Python code</source><translation>Python-Code</translation></message>
<message><source>Python file</source><translation>Python-Datei</translation></message>
<message><source>Python interpreter</source><translation>Python-Interpreter</translation></message>
<message><source>Python logger</source><translation>Python-Logger</translation></message>
<message><source>Python script</source><translation>Python-Skript</translation></message>
<message><source>Python source. Its output must be a JSON value: text, numbers, lists, dictionaries, None, bytes, datetime or Decimal.</source><translation>Python-Quelltext. Seine Ausgabe muss ein JSON-Wert sein: Text, Zahlen, Listen, Dictionarys, None, bytes, datetime oder Decimal.</translation></message>
<message><source>Python {0} there, {1} here</source><translation>Python {0} dort, {1} hier</translation></message>
<message><source>Qt has no OpenGL here ({error}).</source><translation>Qt hat hier kein OpenGL ({error}).</translation></message>
<message><source>Query</source><translation>Abfrage</translation></message>
<message><source>Query database</source><translation>Datenbank abfragen</translation></message>
<message><source>Query parameters</source><translation>Parameter der Adresse</translation></message>
<message><source>Question</source><translation>Frage</translation></message>
<message><source>Queued</source><translation>In der Schlange</translation></message>
<message><source>Quick add</source><translation>Schnell hinzufügen</translation></message>
<message><source>Quit</source><translation>Beenden</translation></message>
<message><source>Quote values that hold the delimiter, or correct 'delimiter'.</source><translation>Setzen Sie Werte, die das Trennzeichen enthalten, in Anführungszeichen, oder berichtigen Sie 'delimiter'.</translation></message>
<message><source>Raise 'max_mb' if the mail server takes it, or send a link.</source><translation>Erhöhen Sie 'max_mb', wenn der Mailserver es annimmt, oder senden Sie einen Link.</translation></message>
<message><source>Raise 'max_mb', or pass the path on instead of the content.</source><translation>Erhöhen Sie 'max_mb', oder geben Sie den Pfad statt des Inhalts weiter.</translation></message>
<message><source>Raise 'max_mb', or read fewer messages.</source><translation>Erhöhen Sie 'max_mb', oder lesen Sie weniger Nachrichten.</translation></message>
<message><source>Raise 'max_mb', or save it to a file with http.download.</source><translation>Erhöhen Sie 'max_mb', oder speichern Sie sie mit http.download in einer Datei.</translation></message>
<message><source>Raise '{0}' if you trust it.</source><translation>Erhöhen Sie '{0}', wenn Sie ihm vertrauen.</translation></message>
<message><source>Random spread (0 to 1)</source><translation>Zufällige Streuung (0 bis 1)</translation></message>
<message><source>Rate limit</source><translation>Ratenbegrenzung</translation></message>
<message><source>Rate limit error</source><translation>Rate überschritten</translation></message>
<message><source>Reaches over the network</source><translation>Erreicht über das Netz</translation></message>
<message><source>Read a file with floworch.load, text with floworch.loads.</source><translation>Lesen Sie eine Datei mit floworch.load, Text mit floworch.loads.</translation></message>
<message><source>Read a node that runs before it.</source><translation>Lesen Sie einen Knoten, der davor läuft.</translation></message>
<message><source>Read a node that runs before {0}: an edge {1} → {2} would close a circle.</source><translation>Lesen Sie einen Knoten, der vor {0} läuft: Eine Verbindung {1} → {2} würde einen Kreis schließen.</translation></message>
<message><source>Read a table from a file: CSV, TSV, JSON, lines of JSON, Parquet or Excel.</source><translation>Eine Tabelle aus einer Datei lesen: CSV, TSV, JSON, JSON-Zeilen, Parquet oder Excel.</translation></message>
<message><source>Read again: one action or layer of your own in {folder}</source><translation>Neu gelesen: eine eigene Aktion oder Middleware in {folder}</translation></message>
<message><source>Read again: {n} actions and layers of your own in {folder}</source><translation>Neu gelesen: {n} eigene Aktionen und Middleware in {folder}</translation></message>
<message><source>Read as</source><translation>Lesen als</translation></message>
<message><source>Read feed</source><translation>Feed lesen</translation></message>
<message><source>Read file</source><translation>Datei lesen</translation></message>
<message><source>Read from the file; nothing of it was run. Expressions are shown as their text. What you trust runs with all your rights.</source><translation>Aus der Datei gelesen; nichts davon wurde ausgeführt. Ausdrücke werden als Text gezeigt. Was Sie für vertrauenswürdig erklären, läuft mit allen Ihren Rechten.</translation></message>
<message><source>Read it again</source><translation>Neu lesen</translation></message>
<message><source>Read mail</source><translation>Mail lesen</translation></message>
<message><source>Read one file as text, bytes or JSON.</source><translation>Eine Datei als Text, Bytes oder JSON lesen.</translation></message>
<message><source>Read only: go back to the edited definition to run it.</source><translation>Nur zum Lesen: Zum Ausführen zurück zur bearbeiteten Definition.</translation></message>
<message><source>Read only: this is a record. Go back to the edited definition to change something.</source><translation>Nur zum Lesen: Das ist eine Aufzeichnung. Zum Ändern zurück zur bearbeiteten Definition.</translation></message>
<message><source>Read rows from a database.</source><translation>Zeilen aus einer Datenbank lesen.</translation></message>
<message><source>Read table</source><translation>Tabelle lesen</translation></message>
<message><source>Read the CSV</source><translation>CSV lesen</translation></message>
<message><source>Read the answer as</source><translation>Antwort lesen als</translation></message>
<message><source>Read the items of an RSS or Atom feed, in the order of the feed.</source><translation>Die Elemente eines RSS- oder Atom-Feeds lesen, in dessen Reihenfolge.</translation></message>
<message><source>Read the logs</source><translation>Protokolle lesen</translation></message>
<message><source>Read the mailbox</source><translation>Postfach lesen</translation></message>
<message><source>Read the messages of a folder, newest first.</source><translation>Die Nachrichten eines Ordners lesen, die neuesten zuerst.</translation></message>
<message><source>Read the output as</source><translation>Ausgabe lesen als</translation></message>
<message><source>Read the secret where it is used.</source><translation>Lesen Sie das Geheimnis dort, wo es gebraucht wird.</translation></message>
<message><source>Read the store again</source><translation>Ablage neu lesen</translation></message>
<message><source>Read with db.query, or leave RETURNING out.</source><translation>Lesen Sie mit db.query, oder lassen Sie RETURNING weg.</translation></message>
<message><source>Read {0} messages of {1}, there are more.</source><translation>{0} Nachrichten aus {1} gelesen, es gibt mehr.</translation></message>
<message><source>Read {0} messages of {1}.</source><translation>{0} Nachrichten aus {1} gelesen.</translation></message>
<message><source>Read {name} again</source><translation>{name} neu lesen</translation></message>
<message><source>Read, shift, compare or write points in time.</source><translation>Zeitpunkte lesen, verschieben, vergleichen oder schreiben.</translation></message>
<message><source>Read-only file</source><translation>Schreibgeschützte Datei</translation></message>
<message><source>Read-only file system</source><translation>Dateisystem ist nur lesbar</translation></message>
<message><source>Readable files</source><translation>Lesbare Dateien</translation></message>
<message><source>Reading the actions …</source><translation>Die Aktionen werden gelesen …</translation></message>
<message><source>Reads a mailbox file, groups its mail by sender, marks what sounds urgent, and writes one digest.</source><translation>Liest eine Postfachdatei, gruppiert ihre Mails nach Absendern, markiert, was dringend klingt, und schreibt eine Zusammenfassung.</translation></message>
<message><source>Reads or writes files</source><translation>Liest oder schreibt Dateien</translation></message>
<message><source>Reads secrets</source><translation>Liest Geheimnisse</translation></message>
<message><source>Reads the logs of this machine, finds lines that speak of errors, groups them by file and kind, and writes a report.</source><translation>Liest die Protokolle dieses Rechners, findet Zeilen, die von Fehlern sprechen, gruppiert sie nach Datei und Art und schreibt einen Bericht.</translation></message>
<message><source>Ready</source><translation>Bereit</translation></message>
<message><source>Ready: {0}.</source><translation>Bereit: {0}.</translation></message>
<message><source>Recover</source><translation>Zurückholen</translation></message>
<message><source>Recover unsaved changes</source><translation>Ungespeicherte Änderungen zurückholen</translation></message>
<message><source>Redo</source><translation>Wiederherstellen</translation></message>
<message><source>Redo “{what}”</source><translation>„{what}“ wiederherstellen</translation></message>
<message><source>Reduced</source><translation>Verringert</translation></message>
<message><source>Reduced motion</source><translation>Weniger Bewegung</translation></message>
<message><source>Refresh</source><translation>Neu laden</translation></message>
<message><source>Refuse the parcel</source><translation>Paket ablehnen</translation></message>
<message><source>Refused</source><translation>Abgewiesen</translation></message>
<message><source>Region</source><translation>Region</translation></message>
<message><source>Region of the bucket.</source><translation>Region des Buckets.</translation></message>
<message><source>Register a function with @middleware('name') and use the name; or wrap the action in it: compose([layer], action).</source><translation>Melden Sie eine Funktion mit @middleware('name') an und nehmen Sie den Namen; oder hüllen Sie die Aktion darin ein: compose([layer], action).</translation></message>
<message><source>Regular expression found somewhere in the text.</source><translation>Regulärer Ausdruck, der irgendwo im Text vorkommt.</translation></message>
<message><source>Reject</source><translation>Ablehnen</translation></message>
<message><source>Rejected</source><translation>Abgelehnt</translation></message>
<message><source>Reload actions</source><translation>Aktionen neu laden</translation></message>
<message><source>Remember for</source><translation>Merken für</translation></message>
<message><source>Remove</source><translation>Entfernen</translation></message>
<message><source>Remove 1 run for ever?</source><translation>1 Lauf für immer entfernen?</translation></message>
<message><source>Remove a trailing comma, or put the key in double quotes.</source><translation>Entfernen Sie ein überzähliges Komma, oder setzen Sie den Schlüssel in doppelte Anführungszeichen.</translation></message>
<message><source>Remove bookmark {number}</source><translation>Lesezeichen {number} entfernen</translation></message>
<message><source>Remove breakpoint</source><translation>Haltepunkt entfernen</translation></message>
<message><source>Remove connection</source><translation>Verbindung entfernen</translation></message>
<message><source>Remove duplicates</source><translation>Doppelte entfernen</translation></message>
<message><source>Remove frame</source><translation>Rahmen entfernen</translation></message>
<message><source>Remove it.</source><translation>Entfernen Sie es.</translation></message>
<message><source>Remove it; a key that an object really has is written [{0}].</source><translation>Entfernen; ein Schlüssel, den ein Objekt wirklich hat, wird als [{0}] geschrieben.</translation></message>
<message><source>Remove items that were there before, in this run or in earlier ones.</source><translation>Elemente entfernen, die schon da waren, in diesem Lauf oder in früheren.</translation></message>
<message><source>Remove line breaks.</source><translation>Entfernen Sie Zeilenumbrüche.</translation></message>
<message><source>Remove middleware</source><translation>Middleware entfernen</translation></message>
<message><source>Remove old runs</source><translation>Alte Läufe entfernen</translation></message>
<message><source>Remove old runs…</source><translation>Alte Läufe entfernen …</translation></message>
<message><source>Remove one of the calls.</source><translation>Entfernen Sie einen der Aufrufe.</translation></message>
<message><source>Remove one of them.</source><translation>Entfernen Sie eine davon.</translation></message>
<message><source>Remove one of these edges; to repeat steps put them into flow.repeat, or flow.foreach for a list.</source><translation>Entfernen Sie eine dieser Verbindungen; um Schritte zu wiederholen, legen Sie sie in flow.repeat, für eine Liste in flow.foreach.</translation></message>
<message><source>Remove one parent.</source><translation>Entfernen Sie eine Zugehörigkeit.</translation></message>
<message><source>Remove or replace {0} at character {1}, after {2}.</source><translation>Entfernen oder ersetzen Sie {0} bei Zeichen {1}, nach {2}.</translation></message>
<message><source>Remove or replace {0} at character {1}.</source><translation>Entfernen oder ersetzen Sie {0} bei Zeichen {1}.</translation></message>
<message><source>Remove or replace {0}{1}{2}.</source><translation>Entfernen oder ersetzen Sie {0}{1}{2}.</translation></message>
<message><source>Remove the comma before the closing bracket.</source><translation>Entfernen Sie das Komma vor der schließenden Klammer.</translation></message>
<message><source>Remove the edge.</source><translation>Entfernen Sie die Verbindung.</translation></message>
<message><source>Remove the frame</source><translation>Rahmen entfernen</translation></message>
<message><source>Remove the link, or choose another target.</source><translation>Entfernen Sie die Verknüpfung, oder wählen Sie ein anderes Ziel.</translation></message>
<message><source>Remove the quotes around it.</source><translation>Entfernen Sie die Anführungszeichen darum.</translation></message>
<message><source>Remove the retry.</source><translation>Entfernen Sie den Neuversuch.</translation></message>
<message><source>Remove the run and what it called for ever</source><translation>Den Lauf und was er aufgerufen hat für immer entfernen</translation></message>
<message><source>Remove this entry</source><translation>Diesen Eintrag entfernen</translation></message>
<message><source>Remove this item</source><translation>Dieses Element entfernen</translation></message>
<message><source>Remove what does not belong into the folder {0}.</source><translation>Entfernen Sie, was nicht in den Ordner {0} gehört.</translation></message>
<message><source>Remove what follows the closing brace of the definition.</source><translation>Entfernen Sie, was der schließenden Klammer der Definition folgt.</translation></message>
<message><source>Remove {0} at character {1}, or write an operator before it.</source><translation>Entfernen Sie {0} bei Zeichen {1}, oder schreiben Sie einen Operator davor.</translation></message>
<message><source>Remove {0}{1}, or write an operator before it.</source><translation>Entfernen Sie {0}{1}, oder schreiben Sie einen Operator davor.</translation></message>
<message><source>Remove {field}</source><translation>{field} entfernen</translation></message>
<message><source>Remove {n} runs for ever?</source><translation>{n} Läufe für immer entfernen?</translation></message>
<message><source>Remove {title}</source><translation>{title} entfernen</translation></message>
<message><source>Removed</source><translation>Entfernt</translation></message>
<message><source>Removed {0} of {1} items.</source><translation>{0} von {1} Elementen entfernt.</translation></message>
<message><source>Rename</source><translation>Umbenennen</translation></message>
<message><source>Rename frame</source><translation>Rahmen umbenennen</translation></message>
<message><source>Rename it without a leading underscore and without '/', so that a definition can name it.</source><translation>Benennen Sie ihn ohne Unterstrich am Anfang und ohne '/', damit eine Definition ihn nennen kann.</translation></message>
<message><source>Rename it, or set a locale with UTF-8.</source><translation>Benennen Sie ihn um, oder stellen Sie eine Spracheinstellung mit UTF-8 ein.</translation></message>
<message><source>Rename one.</source><translation>Benennen Sie einen um.</translation></message>
<message><source>Rename portals</source><translation>Portale umbenennen</translation></message>
<message><source>Rename the chosen variable everywhere</source><translation>Gewählte Variable überall umbenennen</translation></message>
<message><source>Rename to “{value}”</source><translation>In „{value}“ umbenennen</translation></message>
<message><source>Rename {old} to {new}</source><translation>{old} in {new} umbenennen</translation></message>
<message><source>Reopen closed tab</source><translation>Geschlossenen Tab wieder öffnen</translation></message>
<message><source>Reopen the last files</source><translation>Letzte Dateien wieder öffnen</translation></message>
<message><source>Reorder middleware</source><translation>Middleware umordnen</translation></message>
<message><source>Repair it.</source><translation>Beheben Sie es.</translation></message>
<message><source>Repeat</source><translation>Wiederholen</translation></message>
<message><source>Repeat until</source><translation>Wiederholen bis</translation></message>
<message><source>Replace</source><translation>Ersetzen</translation></message>
<message><source>Replace file</source><translation>Datei ersetzen</translation></message>
<message><source>Replace this step: {0} has no counterpart here.</source><translation>Ersetzen Sie diesen Schritt, denn {0} hat hier keine Entsprechung.</translation></message>
<message><source>Replace wire</source><translation>Verbindung ersetzen</translation></message>
<message><source>Replay</source><translation>Wiedergabe</translation></message>
<message><source>Report</source><translation>Bericht</translation></message>
<message><source>Report folder</source><translation>Ordner des Berichts</translation></message>
<message><source>Report of the import</source><translation>Bericht des Imports</translation></message>
<message><source>Report this as a bug.</source><translation>Melden Sie das als Fehler.</translation></message>
<message><source>Required</source><translation>Erforderlich</translation></message>
<message><source>Reserve stock</source><translation>Ware reservieren</translation></message>
<message><source>Reserves stock and charges an account in a SQLite shop; when the parcel is too heavy, both are undone in reverse order.</source><translation>Reserviert Ware und belastet ein Konto in einem SQLite-Laden; ist das Paket zu schwer, wird beides in umgekehrter Reihenfolge rückgängig gemacht.</translation></message>
<message><source>Reset all</source><translation>Alles zurücksetzen</translation></message>
<message><source>Reset layout</source><translation>Anordnung zurücksetzen</translation></message>
<message><source>Resize a note or frame</source><translation>Größe von Notiz oder Rahmen ändern</translation></message>
<message><source>Resize frame</source><translation>Größe des Rahmens ändern</translation></message>
<message><source>Resize note</source><translation>Größe der Notiz ändern</translation></message>
<message><source>Restore</source><translation>Zurückholen</translation></message>
<message><source>Restore defaults</source><translation>Auf Vorgaben zurücksetzen</translation></message>
<message><source>Restore it from a backup, or delete it.</source><translation>Holen Sie ihn aus einer Sicherung zurück, oder löschen Sie ihn.</translation></message>
<message><source>Restore it from a backup. {0}.</source><translation>Holen Sie es aus einer Sicherung zurück. {0}.</translation></message>
<message><source>Restore it, or remove the run.</source><translation>Holen Sie ihn zurück, oder entfernen Sie den Lauf.</translation></message>
<message><source>Restore the chosen version</source><translation>Gewählte Fassung zurückholen</translation></message>
<message><source>Restore the file from a backup if there is one; the run's other values are intact.</source><translation>Holen Sie die Datei aus einer Sicherung zurück, wenn es eine gibt; die übrigen Werte des Laufs sind unversehrt.</translation></message>
<message><source>Restore {title}</source><translation>{title} zurückholen</translation></message>
<message><source>Result</source><translation>Ergebnis</translation></message>
<message><source>Result as</source><translation>Ergebnis als</translation></message>
<message><source>Resume</source><translation>Fortsetzen</translation></message>
<message><source>Resume carries it out.</source><translation>„Fortsetzen“ führt es aus.</translation></message>
<message><source>Resume it in a program that builds the same workflow. Functions at the top level of a module are found everywhere; give them layers as middleware=[{{"use": "retry", "with": {{...}}}}].</source><translation>Setzen Sie ihn in einem Programm fort, das denselben Workflow baut. Funktionen auf der obersten Ebene eines Moduls werden überall gefunden; geben Sie ihnen Schichten als middleware=[{{"use": "retry", "with": {{...}}}}].</translation></message>
<message><source>Resume it in the program that defines the action, or install its package or put its file into the folder of your actions (floworch doctor shows it).</source><translation>Setzen Sie ihn in dem Programm fort, das die Aktion anlegt, oder installieren Sie ihr Paket, oder legen Sie ihre Datei in den Ordner Ihrer Aktionen (floworch doctor zeigt ihn).</translation></message>
<message><source>Resume it in the program that registers it with @middleware, or install its package.</source><translation>Setzen Sie ihn in dem Programm fort, das sie mit @middleware anmeldet, oder installieren Sie ihr Paket.</translation></message>
<message><source>Resume it; a torn tail is put aside then.</source><translation>Setzen Sie ihn fort; ein abgerissenes Ende wird dann beiseitegelegt.</translation></message>
<message><source>Retries</source><translation>Neuversuche</translation></message>
<message><source>Retry</source><translation>Neu versuchen</translation></message>
<message><source>Retry and timeout of this node, which its card shows too, stand under Settings.</source><translation>Neuversuch und Zeitgrenze dieses Knotens, die auch seine Karte zeigt, stehen unter Optionen.</translation></message>
<message><source>Retry what failed</source><translation>Fehlgeschlagenes neu versuchen</translation></message>
<message><source>Retry {run}</source><translation>{run} neu versuchen</translation></message>
<message><source>RetryPolicy: {0}.</source><translation>RetryPolicy: {0}.</translation></message>
<message><source>Retrying</source><translation>Neuer Versuch</translation></message>
<message><source>Retrying what failed</source><translation>Fehlgeschlagenes wird neu versucht</translation></message>
<message><source>Retry…</source><translation>Neu versuchen …</translation></message>
<message><source>Return the value as the item's result, or set concurrency 1 on {0}.</source><translation>Geben Sie den Wert als Ergebnis des Elements zurück, oder setzen Sie bei {0} die Gleichzeitigkeit 1.</translation></message>
<message><source>Reused</source><translation>Wiederverwendet</translation></message>
<message><source>Right angles</source><translation>Rechte Winkel</translation></message>
<message><source>Right rows</source><translation>Rechte Zeilen</translation></message>
<message><source>Rolling back</source><translation>Wird zurückgenommen</translation></message>
<message><source>Row limit</source><translation>Höchstzahl der Zeilen</translation></message>
<message><source>Rows</source><translation>Zeilen</translation></message>
<message><source>Rows affected by {0} statement: {1}.</source><translation>Von {0} Anweisung betroffene Zeilen: {1}.</translation></message>
<message><source>Rows affected by {0} statements: {1}.</source><translation>Von {0} Anweisungen betroffene Zeilen: {1}.</translation></message>
<message><source>Rows per statement</source><translation>Zeilen je Anweisung</translation></message>
<message><source>Rows per statement.</source><translation>Zeilen je Anweisung.</translation></message>
<message><source>Rows {first:,} to {last:,}</source><translation>Zeilen {first:,} bis {last:,}</translation></message>
<message><source>Rule it out first, such as with {{{{ a / b if b else 0 }}}}.</source><translation>Schließen Sie das vorher aus, etwa mit {{{{ a / b if b else 0 }}}}.</translation></message>
<message><source>Rules</source><translation>Regeln</translation></message>
<message><source>Run</source><translation>Ausführen</translation></message>
<message><source>Run 'chmod {0} {1}'.</source><translation>Führen Sie 'chmod {0} {1}' aus.</translation></message>
<message><source>Run 'floworch doctor --store {0}' to see what can be recovered.</source><translation>'floworch doctor --store {0}' zeigt, was sich retten lässt.</translation></message>
<message><source>Run 'floworch doctor --store {0}' to see what is damaged; restore the file from a backup if there is one.</source><translation>'floworch doctor --store {0}' zeigt, was beschädigt ist; holen Sie die Datei aus einer Sicherung zurück, wenn es eine gibt.</translation></message>
<message><source>Run '{0}' cannot be read: {1}.</source><translation>Der Lauf '{0}' ist nicht zu lesen: {1}.</translation></message>
<message><source>Run '{0}' has no journal in {1}.</source><translation>Der Lauf '{0}' hat kein Journal in {1}.</translation></message>
<message><source>Run '{0}' in a terminal to see why.</source><translation>Führen Sie '{0}' in einem Terminal aus, um den Grund zu sehen.</translation></message>
<message><source>Run '{0}' is not damaged.</source><translation>Der Lauf '{0}' ist nicht beschädigt.</translation></message>
<message><source>Run '{0}' is owned by this process already.</source><translation>Der Lauf '{0}' gehört schon diesem Prozess.</translation></message>
<message><source>Run '{0}' is owned by this process.</source><translation>Der Lauf '{0}' gehört diesem Prozess.</translation></message>
<message><source>Run '{0}' is owned by {1}.</source><translation>Der Lauf '{0}' gehört: {1}.</translation></message>
<message><source>Run '{0}' is part of run '{1}'.</source><translation>Der Lauf '{0}' ist Teil des Laufs '{1}'.</translation></message>
<message><source>Run '{0}' needs an artifact that is damaged or missing. {1}</source><translation>Der Lauf '{0}' braucht einen großen Wert, der beschädigt ist oder fehlt. {1}</translation></message>
<message><source>Run '{0}' was never completely created.</source><translation>Der Lauf '{0}' wurde nie vollständig angelegt.</translation></message>
<message><source>Run (tab)</source><translation>Lauf</translation></message>
<message><source>Run Python code; its last expression, or the variable 'result', is the output.</source><translation>Python-Code ausführen; sein letzter Ausdruck oder die Variable 'result' ist die Ausgabe.</translation></message>
<message><source>Run a command line in the shell, or a program with arguments.</source><translation>Eine Befehlszeile in der Shell ausführen oder ein Programm mit Argumenten.</translation></message>
<message><source>Run a command on another machine over SSH.</source><translation>Einen Befehl auf einem anderen Rechner über SSH ausführen.</translation></message>
<message><source>Run a part</source><translation>Einen Teil ausführen</translation></message>
<message><source>Run again</source><translation>Noch einmal ausführen</translation></message>
<message><source>Run again with other inputs</source><translation>Mit anderen Eingaben noch einmal ausführen</translation></message>
<message><source>Run again with other inputs…</source><translation>Mit anderen Eingaben noch einmal ausführen …</translation></message>
<message><source>Run again with the same inputs</source><translation>Mit denselben Eingaben noch einmal ausführen</translation></message>
<message><source>Run all</source><translation>Alles ausführen</translation></message>
<message><source>Run another workflow and wait for it; its outputs are the output.</source><translation>Einen anderen Workflow ausführen und auf ihn warten; seine Ausgaben sind die Ausgabe.</translation></message>
<message><source>Run bar</source><translation>Leiste des Laufs</translation></message>
<message><source>Run cancelled</source><translation>Lauf abgebrochen</translation></message>
<message><source>Run command</source><translation>Befehl ausführen</translation></message>
<message><source>Run completed</source><translation>Lauf abgeschlossen</translation></message>
<message><source>Run failed</source><translation>Lauf fehlgeschlagen</translation></message>
<message><source>Run from another trigger</source><translation>Ab einem anderen Auslöser ausführen</translation></message>
<message><source>Run from another trigger…</source><translation>Ab einem anderen Auslöser ausführen …</translation></message>
<message><source>Run from here</source><translation>Ab hier ausführen</translation></message>
<message><source>Run from trigger</source><translation>Ab Auslöser ausführen</translation></message>
<message><source>Run from {0} as well, or take the results of another run with reuse (--reuse RUN).</source><translation>Führen Sie auch ab {0} aus, oder übernehmen Sie mit reuse (--reuse RUN) die Ergebnisse eines anderen Laufs.</translation></message>
<message><source>Run git in its folder once: it says how to allow it.</source><translation>Führen Sie git einmal in seinem Ordner aus: Es sagt, wie es zu erlauben ist.</translation></message>
<message><source>Run id</source><translation>Lauf</translation></message>
<message><source>Run inside this window</source><translation>In diesem Fenster ausführen</translation></message>
<message><source>Run it in a process.</source><translation>Führen Sie sie in einem Prozess aus.</translation></message>
<message><source>Run it with 'floworch run FILE', or open it with 'floworch design FILE'.</source><translation>Führen Sie sie mit 'floworch run FILE' aus, oder öffnen Sie sie mit 'floworch design FILE'.</translation></message>
<message><source>Run log</source><translation>Protokoll</translation></message>
<message><source>Run once</source><translation>Einmal ausführen</translation></message>
<message><source>Run over SSH</source><translation>Über SSH ausführen</translation></message>
<message><source>Run paused</source><translation>Lauf pausiert</translation></message>
<message><source>Run resumed</source><translation>Lauf fortgesetzt</translation></message>
<message><source>Run settings</source><translation>Einstellungen des Laufs</translation></message>
<message><source>Run started</source><translation>Lauf gestartet</translation></message>
<message><source>Run store</source><translation>Ablage der Läufe</translation></message>
<message><source>Run the action through an engine: import floworch.executor.processes first.</source><translation>Führen Sie die Aktion durch eine Engine aus: import floworch.executor.processes zuerst.</translation></message>
<message><source>Run the body again and again, until a condition holds.</source><translation>Den Rumpf wieder und wieder ausführen, bis eine Bedingung gilt.</translation></message>
<message><source>Run the body once per item.</source><translation>Den Rumpf einmal je Element ausführen.</translation></message>
<message><source>Run the body; when it fails, go on at the port 'error'.</source><translation>Den Rumpf ausführen; schlägt er fehl, geht es am Ausgang 'error' weiter.</translation></message>
<message><source>Run the nodes that failed again</source><translation>Die fehlgeschlagenen Knoten noch einmal ausführen</translation></message>
<message><source>Run the same definition with the same inputs</source><translation>Dieselbe Definition mit denselben Eingaben ausführen</translation></message>
<message><source>Run the same definition; its inputs can be changed first</source><translation>Dieselbe Definition ausführen; ihre Eingaben lassen sich vorher ändern</translation></message>
<message><source>Run the whole workflow once, or name a run with reuse (--reuse RUN).</source><translation>Führen Sie den ganzen Workflow einmal aus, oder nennen Sie mit reuse (--reuse RUN) einen Lauf.</translation></message>
<message><source>Run the workflow, or open a run of it, to see what comes before.</source><translation>Führen Sie den Workflow aus, oder öffnen Sie einen Lauf, um zu sehen, was vorher kommt.</translation></message>
<message><source>Run this node</source><translation>Diesen Knoten ausführen</translation></message>
<message><source>Run this node alone</source><translation>Nur diesen Knoten ausführen</translation></message>
<message><source>Run to here</source><translation>Bis hier ausführen</translation></message>
<message><source>Run what changed</source><translation>Geändertes ausführen</translation></message>
<message><source>Run with inputs</source><translation>Mit Eingaben ausführen</translation></message>
<message><source>Run with inputs…</source><translation>Mit Eingaben ausführen …</translation></message>
<message><source>Run {0} cannot go on with this definition: {1}.</source><translation>Der Lauf {0} kann mit dieser Definition nicht weitergehen: {1}.</translation></message>
<message><source>Run {0} ended before it had taken over the results of the earlier run.</source><translation>Der Lauf {0} endete, bevor er die Ergebnisse des früheren Laufs übernommen hatte.</translation></message>
<message><source>Run {0} has no node {1}.</source><translation>Der Lauf {0} hat keinen Knoten {1}.</translation></message>
<message><source>Run {0} has no result of {1} to take over ({2}).</source><translation>Der Lauf {0} hat kein Ergebnis von {1}, das sich übernehmen ließe ({2}).</translation></message>
<message><source>Run {0} has not ended, so its results cannot be taken over yet.</source><translation>Der Lauf {0} ist nicht beendet, seine Ergebnisse lassen sich also noch nicht übernehmen.</translation></message>
<message><source>Run {0} is one of the workflow {1}, not of {2}.</source><translation>Der Lauf {0} gehört zum Workflow {1}, nicht zu {2}.</translation></message>
<message><source>Run {0} is still worked on; only one that has ended can be retried.</source><translation>An dem Lauf {0} wird noch gearbeitet; nur einen beendeten kann man neu versuchen.</translation></message>
<message><source>Run {0} is worked on now, so it cannot go over to another definition.</source><translation>An dem Lauf {0} wird gerade gearbeitet, er kann also nicht zu einer anderen Definition übergehen.</translation></message>
<message><source>Run {0} is {1} and not worked on by this handle, so it cannot {2}.</source><translation>Der Lauf {0} ist im Zustand {1}, und hier wird nicht an ihm gearbeitet; er kann also nicht auf {2} reagieren.</translation></message>
<message><source>Run {0} is {1}.</source><translation>Der Lauf {0} ist im Zustand {1}.</translation></message>
<message><source>Run {0} is {1}: it cannot answer any more.</source><translation>Der Lauf {0} ist im Zustand {1}: Er nimmt keine Antworten mehr an.</translation></message>
<message><source>Run {0} is {1}: it cannot cancel any more.</source><translation>Der Lauf {0} ist im Zustand {1}: Er kann nicht mehr abgebrochen werden.</translation></message>
<message><source>Run {0} is {1}: it cannot pause any more.</source><translation>Der Lauf {0} ist im Zustand {1}: Er kann nicht mehr pausiert werden.</translation></message>
<message><source>Run {0} is {1}: it cannot resume any more.</source><translation>Der Lauf {0} ist im Zustand {1}: Er kann nicht mehr fortgesetzt werden.</translation></message>
<message><source>Run {0} is {1}: it cannot signal any more.</source><translation>Der Lauf {0} ist im Zustand {1}: Er nimmt keine Signale mehr an.</translation></message>
<message><source>Run {0} is {1}: it cannot step any more.</source><translation>Der Lauf {0} ist im Zustand {1}: Er kann keinen Schritt mehr tun.</translation></message>
<message><source>Run {0} is {1}: it cannot {2} any more.</source><translation>Der Lauf {0} ist im Zustand {1}: {2} ist nicht mehr möglich.</translation></message>
<message><source>Run {0} is {1}; only a failed run can be retried.</source><translation>Der Lauf {0} ist im Zustand {1}; nur einen fehlgeschlagenen Lauf kann man neu versuchen.</translation></message>
<message><source>Run {0} is {1}; only one that has ended can be rolled back.</source><translation>Der Lauf {0} ist im Zustand {1}; nur ein beendeter kann rückgängig gemacht werden.</translation></message>
<message><source>Run {0} is {1}; there is nothing to answer.</source><translation>Der Lauf {0} ist im Zustand {1}; es gibt nichts zu beantworten.</translation></message>
<message><source>Run {0} is {1}; there is nothing to cancel.</source><translation>Der Lauf {0} ist im Zustand {1}; es gibt nichts abzubrechen.</translation></message>
<message><source>Run {0} is {1}; there is nothing to pause.</source><translation>Der Lauf {0} ist im Zustand {1}; es gibt nichts zu pausieren.</translation></message>
<message><source>Run {0} is {1}; there is nothing to resume.</source><translation>Der Lauf {0} ist im Zustand {1}; es gibt nichts fortzusetzen.</translation></message>
<message><source>Run {0} is {1}; there is nothing to signal.</source><translation>Der Lauf {0} ist im Zustand {1}; er erwartet kein Signal.</translation></message>
<message><source>Run {0} is {1}; there is nothing to step.</source><translation>Der Lauf {0} ist im Zustand {1}; es gibt keinen Schritt zu tun.</translation></message>
<message><source>Run {0} is {1}; there is nothing to {2}.</source><translation>Der Lauf {0} ist im Zustand {1}; dafür gibt es nichts zu tun: {2}.</translation></message>
<message><source>Run {0} needs the action {1} (node {2}), which is not known here. Nothing was changed.</source><translation>Der Lauf {0} braucht die Aktion {1} (Knoten {2}), die hier nicht bekannt ist. Nichts wurde geändert.</translation></message>
<message><source>Run {0} needs the function {1} of the program that started it (node {2}): a lambda or a local function, or one wrapped in layers. Nothing was changed.</source><translation>Der Lauf {0} braucht die Funktion {1} des Programms, das ihn startete (Knoten {2}): ein Lambda oder eine lokale Funktion, oder eine in Schichten gehüllte. Nichts wurde geändert.</translation></message>
<message><source>Run {0} needs the middleware {1} (node {2}), which is not known here. Nothing was changed.</source><translation>Der Lauf {0} braucht die Middleware {1} (Knoten {2}), die hier nicht bekannt ist. Nichts wurde geändert.</translation></message>
<message><source>Run {0} was cancelled, which is final; only a failed run can be retried.</source><translation>Der Lauf {0} wurde abgebrochen, und das ist endgültig; nur einen fehlgeschlagenen Lauf kann man neu versuchen.</translation></message>
<message><source>Run {0} was compensated; what it had done is undone, so it cannot be retried.</source><translation>Der Lauf {0} wurde kompensiert; was er getan hatte, ist rückgängig gemacht, man kann ihn also nicht neu versuchen.</translation></message>
<message><source>Run {0} was cut off before it had taken over the results of {1}, and they cannot be read any more: {2}</source><translation>Der Lauf {0} wurde unterbrochen, bevor er die Ergebnisse von {1} übernommen hatte, und sie lassen sich nicht mehr lesen: {2}</translation></message>
<message><source>Run {0}, or remove the layer.</source><translation>Führen Sie {0} aus, oder entfernen Sie die Schicht.</translation></message>
<message><source>Run {0}, or set {1}.</source><translation>Führen Sie {0} aus, oder setzen Sie {1}.</translation></message>
<message><source>Run {run_id}</source><translation>Lauf {run_id}</translation></message>
<message><source>Run {run_id} had another version of this workflow</source><translation>Lauf {run_id} hatte eine andere Fassung dieses Workflows</translation></message>
<message><source>Run {run_id} of another workflow, “{value}”</source><translation>Lauf {run_id} eines anderen Workflows, „{value}“</translation></message>
<message><source>Run {value}</source><translation>{value} ausführen</translation></message>
<message><source>Running</source><translation>Läuft</translation></message>
<message><source>Running version {ran}, editing version {edited}</source><translation>Fassung {ran} läuft, bearbeitet wird Fassung {edited}</translation></message>
<message><source>Runs</source><translation>Läufe</translation></message>
<message><source>Runs Python code</source><translation>Führt Python-Code aus</translation></message>
<message><source>Runs are going on</source><translation>Läufe sind im Gange</translation></message>
<message><source>Runs end with this window</source><translation>Läufe enden mit diesem Fenster</translation></message>
<message><source>Runs go on without this window</source><translation>Läufe gehen ohne dieses Fenster weiter</translation></message>
<message><source>Runs live in a process of their own: closing the window does not stop them.</source><translation>Läufe leben in einem eigenen Prozess: Das Schließen des Fensters stoppt sie nicht.</translation></message>
<message><source>Runs live inside this window: closing it pauses them, and they can be resumed.</source><translation>Läufe leben in diesem Fenster: Es zu schließen pausiert sie, und sie lassen sich fortsetzen.</translation></message>
<message><source>Runs now go on without this window</source><translation>Läufe gehen jetzt ohne dieses Fenster weiter</translation></message>
<message><source>Runs now live inside this window</source><translation>Läufe leben jetzt in diesem Fenster</translation></message>
<message><source>Runs on</source><translation>Läuft auf</translation></message>
<message><source>Runs so far</source><translation>Bisherige Läufe</translation></message>
<message><source>Runs when</source><translation>Läuft, wenn</translation></message>
<message><source>SHA-256</source><translation>SHA-256</translation></message>
<message><source>SHA-256 checksum</source><translation>SHA-256-Prüfsumme</translation></message>
<message><source>SQL</source><translation>SQL</translation></message>
<message><source>SQL over rows</source><translation>SQL über Zeilen</translation></message>
<message><source>SQLite file</source><translation>SQLite-Datei</translation></message>
<message><source>SQLite file, made in the folder the run is started in</source><translation>SQLite-Datei, die im Ordner entsteht, in dem der Lauf gestartet wird</translation></message>
<message><source>Safe to repeat</source><translation>Gefahrlos wiederholbar</translation></message>
<message><source>Salvage</source><translation>Retten</translation></message>
<message><source>Sample members</source><translation>Beispieldaten</translation></message>
<message><source>Save</source><translation>Speichern</translation></message>
<message><source>Save and activate</source><translation>Speichern und aktivieren</translation></message>
<message><source>Save as</source><translation>Speichern unter</translation></message>
<message><source>Save as (Parquet file)</source><translation>Speichern als (Parquet-Datei)</translation></message>
<message><source>Save as…</source><translation>Speichern unter …</translation></message>
<message><source>Save attachments in</source><translation>Anhänge speichern in</translation></message>
<message><source>Save it</source><translation>Speichern</translation></message>
<message><source>Save it before it runs: {names} is put beside it.</source><translation>Speichern Sie ihn, bevor er läuft: {names} wird daneben abgelegt.</translation></message>
<message><source>Save it first.</source><translation>Speichern Sie sie zuerst.</translation></message>
<message><source>Save report</source><translation>Bericht speichern</translation></message>
<message><source>Save that one to a file of its own, and name the file.</source><translation>Speichern Sie jenen in einer eigenen Datei, und nennen Sie die Datei.</translation></message>
<message><source>Save the changes to {name}?</source><translation>Änderungen an {name} speichern?</translation></message>
<message><source>Save the file as UTF-8.</source><translation>Speichern Sie die Datei als UTF-8.</translation></message>
<message><source>Save workflow as</source><translation>Workflow speichern unter</translation></message>
<message><source>Saved as {path}</source><translation>Gespeichert als {path}</translation></message>
<message><source>Saved {name}</source><translation>{name} gesichert</translation></message>
<message><source>Saved {path}</source><translation>{path} gespeichert</translation></message>
<message><source>Say from which node to run with from_ (--from NODE), or only_changed (--only-changed).</source><translation>Sagen Sie mit from_ (--from NODE), ab welchem Knoten ausgeführt wird, oder nehmen Sie only_changed (--only-changed).</translation></message>
<message><source>Say in the prompt which JSON is wanted, or use ai.extract, which has it repaired.</source><translation>Sagen Sie in der Eingabe, welches JSON gewünscht ist, oder nehmen Sie ai.extract, das es berichtigen lässt.</translation></message>
<message><source>Say it</source><translation>Sagen</translation></message>
<message><source>Say the order in 'edges', with an edge from the one to the other.</source><translation>Geben Sie die Reihenfolge in 'edges' an, mit einer Kante vom einen zum anderen.</translation></message>
<message><source>Scale</source><translation>Vergrößerung</translation></message>
<message><source>Schedule</source><translation>Zeitplan</translation></message>
<message><source>Schedule: {0}{1}</source><translation>Zeitplan: {0}{1}</translation></message>
<message><source>Schema of the output</source><translation>Schema der Ausgabe</translation></message>
<message><source>Schema of the parameters</source><translation>Schema der Parameter</translation></message>
<message><source>Scope</source><translation>Bereich</translation></message>
<message><source>Search (IMAP)</source><translation>Suche (IMAP)</translation></message>
<message><source>Search actions</source><translation>Aktionen suchen</translation></message>
<message><source>Search by action or key</source><translation>Nach Aktion oder Taste suchen</translation></message>
<message><source>Search the outline</source><translation>Gliederung durchsuchen</translation></message>
<message><source>Search the palette</source><translation>Palette durchsuchen</translation></message>
<message><source>Search the shortcuts</source><translation>Tastenkürzel durchsuchen</translation></message>
<message><source>Second run</source><translation>Zweiter Lauf</translation></message>
<message><source>Seconds, or 250ms, 30s, 5m, 2h, 7d.</source><translation>Sekunden oder 250ms, 30s, 5m, 2h, 7d.</translation></message>
<message><source>Secret</source><translation>Geheimnis</translation></message>
<message><source>Secret access key</source><translation>Geheimer Zugriffsschlüssel</translation></message>
<message><source>Secret key</source><translation>Geheimer Schlüssel</translation></message>
<message><source>Secret with the webhook address</source><translation>Geheimnis mit der Webhook-Adresse</translation></message>
<message><source>Secrets</source><translation>Geheimnisse</translation></message>
<message><source>Secrets…</source><translation>Geheimnisse …</translation></message>
<message><source>Sections of its template were not converted: write {{% for %}} and {{% if %}}.</source><translation>Abschnitte seiner Vorlage wurden nicht umgewandelt: Schreiben Sie {{% for %}} und {{% if %}}.</translation></message>
<message><source>Security</source><translation>Sicherheit</translation></message>
<message><source>See the list of middleware ('floworch actions list --middleware'). If a program registers it with @middleware, run the workflow in that program. To make it known everywhere, name its function as py:MODULE:NAME, install a package with the entry point floworch.middleware, or put its file into the folder of actions.</source><translation>Siehe die Liste der Middleware ('floworch actions list --middleware'). Meldet ein Programm sie mit @middleware an, führen Sie den Workflow in diesem Programm aus. Damit sie überall bekannt ist, benennen Sie ihre Funktion als py:MODULE:NAME, installieren Sie ein Paket mit dem Einsprungpunkt floworch.middleware, oder legen Sie ihre Datei in den Ordner der Aktionen.</translation></message>
<message><source>See the {0}s in docs/reference/expressions.md.</source><translation>Siehe docs/reference/expressions.md ({0}).</translation></message>
<message><source>See what is left of the cluster: floworch cluster check {0}</source><translation>'floworch cluster check {0}' zeigt, was vom Cluster noch da ist.</translation></message>
<message><source>See what it would do</source><translation>Ansehen, was es täte</translation></message>
<message><source>See what it would do with 'floworch inspect {0}'. Then 'floworch trust {1}'.</source><translation>'floworch inspect {0}' zeigt, was es tun würde. Danach 'floworch trust {1}'.</translation></message>
<message><source>See what it would do…</source><translation>Ansehen, was es täte …</translation></message>
<message><source>See what its workers have: floworch cluster check {0}</source><translation>'floworch cluster check {0}' zeigt, was seine Arbeiter haben.</translation></message>
<message><source>Select a box</source><translation>Rechteck auswählen</translation></message>
<message><source>Select a node that calls a workflow.</source><translation>Wählen Sie einen Knoten aus, der einen Workflow aufruft.</translation></message>
<message><source>Select all</source><translation>Alles auswählen</translation></message>
<message><source>Select all that follows a node, leads to it</source><translation>Alles auswählen, was einem Knoten folgt oder zu ihm führt</translation></message>
<message><source>Select everything after</source><translation>Alles danach auswählen</translation></message>
<message><source>Select everything before</source><translation>Alles davor auswählen</translation></message>
<message><source>Select nothing</source><translation>Nichts auswählen</translation></message>
<message><source>Select the next wire</source><translation>Nächste Verbindung auswählen</translation></message>
<message><source>Select the nodes that shall become a workflow of their own.</source><translation>Wählen Sie die Knoten, die ein eigener Workflow werden sollen.</translation></message>
<message><source>Select “{title}” and show it</source><translation>„{title}“ auswählen und zeigen</translation></message>
<message><source>Selected together</source><translation>Gemeinsam ausgewählt</translation></message>
<message><source>Send</source><translation>Senden</translation></message>
<message><source>Send XML without &lt;!ENTITY ...&gt;.</source><translation>Senden Sie XML ohne &lt;!ENTITY ...&gt;.</translation></message>
<message><source>Send a mail.</source><translation>Eine Mail senden.</translation></message>
<message><source>Send a message into a chat.</source><translation>Eine Nachricht in einen Chat senden.</translation></message>
<message><source>Send an HTTP request and give status, headers and body of the answer.</source><translation>Eine HTTP-Anfrage senden und Status, Kopfzeilen und Inhalt der Antwort geben.</translation></message>
<message><source>Send chat message</source><translation>Chat-Nachricht senden</translation></message>
<message><source>Send mail</source><translation>Mail senden</translation></message>
<message><source>Send null, true or false, a number, text, a list or an object of such.</source><translation>Senden Sie null, true oder false, eine Zahl, Text, eine Liste oder ein Objekt daraus.</translation></message>
<message><source>Sent to {0}.</source><translation>An {0} gesendet.</translation></message>
<message><source>Sent {0} to {1}.</source><translation>{0} an {1} gesendet.</translation></message>
<message><source>Separator of values</source><translation>Trennzeichen der Werte</translation></message>
<message><source>Serve the workflow with 'floworch serve' and a trigger.webhook whose 'respond' (When to answer) is end; to go on without, set on_error to continue.</source><translation>Bedienen Sie den Workflow mit 'floworch serve' und einem trigger.webhook, dessen 'respond' (Wann geantwortet wird) end ist; um ohne weiterzumachen, setzen Sie on_error auf continue.</translation></message>
<message><source>Server (SSH)</source><translation>Server (SSH)</translation></message>
<message><source>Service</source><translation>Dienst</translation></message>
<message><source>Set 'encoding', for example to latin-1, or read it as bytes.</source><translation>Setzen Sie 'encoding', zum Beispiel auf latin-1, oder lesen Sie sie als Bytes.</translation></message>
<message><source>Set 'exists' to replace or skip, or choose another target.</source><translation>Setzen Sie 'exists' auf replace oder skip, oder wählen Sie ein anderes Ziel.</translation></message>
<message><source>Set 'exists' to replace, or name another.</source><translation>Setzen Sie 'exists' auf replace, oder nennen Sie ein anderes.</translation></message>
<message><source>Set 'exists' to replace, skip or rename, or choose another target.</source><translation>Setzen Sie 'exists' auf replace, skip oder rename, oder wählen Sie ein anderes Ziel.</translation></message>
<message><source>Set 'parse' to text to see what it is.</source><translation>Setzen Sie 'parse' auf text, um zu sehen, was sie ist.</translation></message>
<message><source>Set 'respond' (When to answer) of the trigger to end; to go on without, set on_error to continue.</source><translation>Setzen Sie 'respond' (Wann geantwortet wird) des Auslösers auf end; um ohne weiterzumachen, setzen Sie on_error auf continue.</translation></message>
<message><source>Set 'respond' (When to answer) to end.</source><translation>Setzen Sie 'respond' (Wann geantwortet wird) auf end.</translation></message>
<message><source>Set 'run_on' to 'cluster', or remove the tags.</source><translation>Setzen Sie 'run_on' auf 'cluster', oder entfernen Sie die Schlagworte.</translation></message>
<message><source>Set 'security' to what the server speaks; many allow to log in over TLS only.</source><translation>Setzen Sie 'security' auf das, was der Server spricht; viele erlauben die Anmeldung nur über TLS.</translation></message>
<message><source>Set FLOWORCH_LOG_LEVEL to {0}.</source><translation>Setzen Sie FLOWORCH_LOG_LEVEL auf {0}.</translation></message>
<message><source>Set a secret</source><translation>Geheimnis setzen</translation></message>
<message><source>Set a secret…</source><translation>Geheimnis setzen …</translation></message>
<message><source>Set another value…</source><translation>Anderen Wert setzen …</translation></message>
<message><source>Set bookmark {number}</source><translation>Lesezeichen {number} setzen</translation></message>
<message><source>Set breakpoint</source><translation>Haltepunkt setzen</translation></message>
<message><source>Set by a step</source><translation>Von einem Schritt gesetzt</translation></message>
<message><source>Set fields</source><translation>Felder setzen</translation></message>
<message><source>Set format to one of {0}.</source><translation>Setzen Sie format auf eines von {0}.</translation></message>
<message><source>Set format to what it is.</source><translation>Setzen Sie format auf das, was sie ist.</translation></message>
<message><source>Set it again, as the service shows it, with https:// in front.</source><translation>Setzen Sie es noch einmal, wie der Dienst es zeigt, mit https:// davor.</translation></message>
<message><source>Set it, or give a default.</source><translation>Setzen Sie sie, oder geben Sie eine Vorgabe.</translation></message>
<message><source>Set join to any.</source><translation>Setzen Sie join auf any.</translation></message>
<message><source>Set method to GET.</source><translation>Setzen Sie method auf GET.</translation></message>
<message><source>Set mkdirs to true to make it.</source><translation>Setzen Sie mkdirs auf true, um ihn anzulegen.</translation></message>
<message><source>Set mode to append to write into it.</source><translation>Setzen Sie mode auf append, um hineinzuschreiben.</translation></message>
<message><source>Set mode to replace or append, or write to another path.</source><translation>Setzen Sie mode auf replace oder append, oder schreiben Sie an einen anderen Pfad.</translation></message>
<message><source>Set mode to replace, or write to another path.</source><translation>Setzen Sie mode auf replace, oder schreiben Sie an einen anderen Pfad.</translation></message>
<message><source>Set or remove bookmark</source><translation>Lesezeichen setzen oder entfernen</translation></message>
<message><source>Set or remove bookmark 2</source><translation>Lesezeichen 2 setzen oder entfernen</translation></message>
<message><source>Set or remove bookmark 3</source><translation>Lesezeichen 3 setzen oder entfernen</translation></message>
<message><source>Set or remove bookmark 4</source><translation>Lesezeichen 4 setzen oder entfernen</translation></message>
<message><source>Set or remove bookmark 5</source><translation>Lesezeichen 5 setzen oder entfernen</translation></message>
<message><source>Set or remove bookmark 6</source><translation>Lesezeichen 6 setzen oder entfernen</translation></message>
<message><source>Set or remove bookmark 7</source><translation>Lesezeichen 7 setzen oder entfernen</translation></message>
<message><source>Set or remove bookmark 8</source><translation>Lesezeichen 8 setzen oder entfernen</translation></message>
<message><source>Set or remove bookmark 9</source><translation>Lesezeichen 9 setzen oder entfernen</translation></message>
<message><source>Set or remove breakpoint</source><translation>Haltepunkt setzen oder entfernen</translation></message>
<message><source>Set result to rows to get no rows.</source><translation>Setzen Sie result auf rows, um keine Zeilen zu erhalten.</translation></message>
<message><source>Set result to table to hand on a reference instead, or raise max_rows.</source><translation>Setzen Sie result auf table, um stattdessen einen Verweis weiterzugeben, oder erhöhen Sie max_rows.</translation></message>
<message><source>Set the environment variable FLOWORCH_SECRET_&lt;NAME&gt; instead, or start a service such as GNOME Keyring.</source><translation>Setzen Sie stattdessen die Umgebungsvariable FLOWORCH_SECRET_&lt;NAME&gt;, oder starten Sie einen Dienst wie den GNOME-Schlüsselbund.</translation></message>
<message><source>Set to_trash to false to delete it for good.</source><translation>Setzen Sie to_trash auf false, um es endgültig zu löschen.</translation></message>
<message><source>Set {0}; for {1} this machine first needs a keyring.</source><translation>Setzen Sie {0}; für {1} braucht dieser Rechner zuerst einen Schlüsselbund.</translation></message>
<message><source>Set {field}</source><translation>{field} setzen</translation></message>
<message><source>Set {field} of {node}</source><translation>{field} von {node} setzen</translation></message>
<message><source>Set {param} to {value}</source><translation>{param} auf {value} setzen</translation></message>
<message><source>Set {what} of {n} nodes</source><translation>{what} von {n} Knoten setzen</translation></message>
<message><source>Settings</source><translation>Einstellungen</translation></message>
<message><source>Settings (tab)</source><translation>Optionen</translation></message>
<message><source>Settings: {name}</source><translation>Einstellungen: {name}</translation></message>
<message><source>Settings…</source><translation>Einstellungen …</translation></message>
<message><source>Several labels may fit</source><translation>Mehrere Labels möglich</translation></message>
<message><source>Several may be chosen</source><translation>Mehrere wählbar</translation></message>
<message><source>Several repairs are possible.</source><translation>Mehrere Reparaturen sind möglich.</translation></message>
<message><source>Share of executions whose duration is measured; all are counted.</source><translation>Anteil der Ausführungen, deren Dauer gemessen wird; gezählt werden alle.</translation></message>
<message><source>Share of the delay by which it is spread both ways, 0 to 1.</source><translation>Anteil der Wartezeit, um den sie in beide Richtungen gestreut wird, 0 bis 1.</translation></message>
<message><source>Share that is measured (0 to 1)</source><translation>Gemessener Anteil (0 bis 1)</translation></message>
<message><source>Shared name</source><translation>Gemeinsamer Name</translation></message>
<message><source>Sheet</source><translation>Blatt</translation></message>
<message><source>Sheet of an Excel file; by default the first.</source><translation>Blatt einer Excel-Datei; Vorgabe: das erste.</translation></message>
<message><source>Sheets: {0}.</source><translation>Blätter: {0}.</translation></message>
<message><source>Shell</source><translation>Shell</translation></message>
<message><source>Shift while the wire is dropped</source><translation>Umschalt beim Ablegen der Verbindung</translation></message>
<message><source>Shortcuts</source><translation>Tastenkürzel</translation></message>
<message><source>Shorten idle times</source><translation>Leerzeiten kürzen</translation></message>
<message><source>Shorten it.</source><translation>Kürzen Sie ihn.</translation></message>
<message><source>Show a notification on the desktop; without a desktop, write it to the log.</source><translation>Eine Mitteilung auf dem Schreibtisch zeigen; ohne Schreibtisch ins Protokoll schreiben.</translation></message>
<message><source>Show all items together</source><translation>Alle Elemente zusammen zeigen</translation></message>
<message><source>Show all of it</source><translation>Alles zeigen</translation></message>
<message><source>Show all {n} lines</source><translation>Alle {n} Zeilen zeigen</translation></message>
<message><source>Show as portals</source><translation>Als Portale zeigen</translation></message>
<message><source>Show as portals, or as a wire</source><translation>Als Portale oder als Verbindung zeigen</translation></message>
<message><source>Show as wire</source><translation>Als Verbindung zeigen</translation></message>
<message><source>Show fewer</source><translation>Weniger zeigen</translation></message>
<message><source>Show it</source><translation>Zeigen</translation></message>
<message><source>Show node</source><translation>Knoten zeigen</translation></message>
<message><source>Show on the canvas what differs between this version and what is edited</source><translation>Auf der Zeichenfläche zeigen, worin sich diese Fassung von dem unterscheidet, was bearbeitet wird</translation></message>
<message><source>Show only the most urgent messages</source><translation>Nur die dringendsten Meldungen zeigen</translation></message>
<message><source>Show options of {title}</source><translation>Optionen von {title} zeigen</translation></message>
<message><source>Show or hide the bottom panels</source><translation>Untere Bereiche ein- oder ausblenden</translation></message>
<message><source>Show or hide the inspector</source><translation>Inspektor ein- oder ausblenden</translation></message>
<message><source>Show or hide the outline</source><translation>Gliederung ein- oder ausblenden</translation></message>
<message><source>Show or hide the palette</source><translation>Palette ein- oder ausblenden</translation></message>
<message><source>Show or hide the runs</source><translation>Läufe ein- oder ausblenden</translation></message>
<message><source>Show or hide the variables</source><translation>Variablen ein- oder ausblenden</translation></message>
<message><source>Show or hide the versions</source><translation>Fassungen ein- oder ausblenden</translation></message>
<message><source>Show report</source><translation>Bericht zeigen</translation></message>
<message><source>Show run {run}, which called this one</source><translation>Lauf {run} zeigen, der diesen aufrief</translation></message>
<message><source>Show the beginning of {size}</source><translation>Den Anfang von {size} zeigen</translation></message>
<message><source>Show the folder of {name}</source><translation>Ordner von {name} zeigen</translation></message>
<message><source>Show the minimap in the corner of the canvas.</source><translation>Die Übersichtskarte in der Ecke der Zeichenfläche zeigen.</translation></message>
<message><source>Show the output in the log</source><translation>Ausgabe im Protokoll zeigen</translation></message>
<message><source>Show the problems</source><translation>Probleme zeigen</translation></message>
<message><source>Show the run as it is now</source><translation>Lauf zeigen, wie er jetzt ist</translation></message>
<message><source>Show the run on the canvas</source><translation>Den Lauf auf der Zeichenfläche zeigen</translation></message>
<message><source>Show the whole run (0)</source><translation>Den ganzen Lauf zeigen (0)</translation></message>
<message><source>Show the whole workflow</source><translation>Den ganzen Workflow zeigen</translation></message>
<message><source>Show them</source><translation>Zeigen</translation></message>
<message><source>Show this version on the canvas; it cannot be edited there</source><translation>Diese Fassung auf der Zeichenfläche zeigen; dort lässt sie sich nicht bearbeiten</translation></message>
<message><source>Show what came of it</source><translation>Zeigen, was herauskam</translation></message>
<message><source>Show what changed</source><translation>Zeigen, was sich änderte</translation></message>
<message><source>Show what differs between this run and the one on the canvas, or between two selected runs (Ctrl+click)</source><translation>Zeigen, worin sich dieser Lauf und der auf der Zeichenfläche unterscheiden, oder zwei ausgewählte Läufe (Strg+Klick)</translation></message>
<message><source>Shown on the card; the id is shown when it is empty.</source><translation>Steht auf der Karte; ist er leer, steht dort die Kennung.</translation></message>
<message><source>Shrink them.</source><translation>Verkleinern Sie sie.</translation></message>
<message><source>Signal</source><translation>Signal</translation></message>
<message><source>Signal received</source><translation>Signal empfangen</translation></message>
<message><source>Signing key (HMAC)</source><translation>Schlüssel zum Signieren (HMAC)</translation></message>
<message><source>Simple rules about fields of the parameters or the output.</source><translation>Einfache Regeln für Felder der Parameter oder der Ausgabe.</translation></message>
<message><source>Size</source><translation>Größe</translation></message>
<message><source>Size of everything.</source><translation>Größe von allem.</translation></message>
<message><source>Skipped</source><translation>Übersprungen</translation></message>
<message><source>Slower</source><translation>Langsamer</translation></message>
<message><source>Somebody protected it from being changed.</source><translation>Jemand hat sie vor Änderungen geschützt.</translation></message>
<message><source>Something follows the end of the call whether it failed or not: a node cannot say that.</source><translation>Etwas folgt dem Ende des Aufrufs, ob er fehlschlug oder nicht: Ein Knoten kann das nicht ausdrücken.</translation></message>
<message><source>Something outside reads the {what} of {key!r}, of which a call only gives the output: leave that node out.</source><translation>Etwas außerhalb liest {what} von {key!r}; ein Aufruf gibt davon nur die Ausgabe: Lassen Sie diesen Knoten weg.</translation></message>
<message><source>Something reads the {what} of the call, which its nodes do not have.</source><translation>Etwas liest {what} des Aufrufs, was seine Knoten nicht haben.</translation></message>
<message><source>Something reads {key!r} of the call, which the called workflow does not give.</source><translation>Etwas liest {key!r} des Aufrufs, was der aufgerufene Workflow nicht gibt.</translation></message>
<message><source>Something went wrong</source><translation>Etwas ging schief</translation></message>
<message><source>Sort and limit</source><translation>Sortieren und begrenzen</translation></message>
<message><source>Sort by</source><translation>Sortieren nach</translation></message>
<message><source>Sort by a number, a text, a time or true/false inside it.</source><translation>Sortieren Sie nach einer Zahl, einem Text, einer Zeit oder true/false darin.</translation></message>
<message><source>Sort items, and keep the first of them.</source><translation>Elemente sortieren und die ersten davon behalten.</translation></message>
<message><source>Source</source><translation>Quelle</translation></message>
<message><source>Space + drag</source><translation>Leertaste + Ziehen</translation></message>
<message><source>Space + drag, middle or right button</source><translation>Leertaste + ziehen, mittlere oder rechte Taste</translation></message>
<message><source>Speed of the replay</source><translation>Tempo der Wiedergabe</translation></message>
<message><source>Speed of the replay; long silences are cut short</source><translation>Tempo der Wiedergabe; lange Stille wird gekürzt</translation></message>
<message><source>Split it into several workflows, or use flow.foreach.</source><translation>Teilen Sie sie in mehrere Workflows auf, oder nehmen Sie flow.foreach.</translation></message>
<message><source>Split it into several workflows.</source><translation>Teilen Sie ihn in mehrere Workflows auf.</translation></message>
<message><source>Standard input</source><translation>Standardeingabe</translation></message>
<message><source>Stands before the message in bold.</source><translation>Steht fett vor der Nachricht.</translation></message>
<message><source>Start a new engine.</source><translation>Starten Sie eine neue Engine.</translation></message>
<message><source>Start a new run of the same definition.</source><translation>Starten Sie einen neuen Lauf derselben Definition.</translation></message>
<message><source>Start a new run; 'floworch run FILE --only-changed --reuse {0}' keeps what has completed.</source><translation>Starten Sie einen neuen Lauf; 'floworch run FILE --only-changed --reuse {0}' behält, was abgeschlossen ist.</translation></message>
<message><source>Start a run at these times, while 'floworch serve' runs. Started by hand, the run is due now.</source><translation>Zu diesen Zeiten einen Lauf starten, solange 'floworch serve' läuft. Von Hand gestartet, ist der Lauf jetzt fällig.</translation></message>
<message><source>Start a run for each file that arrives in a folder, while 'floworch serve' runs.</source><translation>Für jede Datei, die in einem Ordner eintrifft, einen Lauf starten, solange 'floworch serve' läuft.</translation></message>
<message><source>Start a run for each request, while 'floworch serve' runs.</source><translation>Für jede Anfrage einen Lauf starten, solange 'floworch serve' läuft.</translation></message>
<message><source>Start a wire at the node</source><translation>Verbindung am Knoten beginnen</translation></message>
<message><source>Start here when a person runs the workflow.</source><translation>Hier beginnen, wenn ein Mensch den Workflow startet.</translation></message>
<message><source>Start it again. If it was confirmed, its file is damaged: see 'floworch doctor --store {0}'.</source><translation>Starten Sie ihn noch einmal. Wurde er bestätigt, ist seine Datei beschädigt: siehe 'floworch doctor --store {0}'.</translation></message>
<message><source>Start one, or open one from the run history.</source><translation>Starten Sie einen, oder öffnen Sie einen aus den Läufen.</translation></message>
<message><source>Start one.</source><translation>Starten Sie einen.</translation></message>
<message><source>Start one: floworch worker {0}</source><translation>Starten Sie einen: floworch worker {0}</translation></message>
<message><source>Start the file with {{ and an id.</source><translation>Beginnen Sie die Datei mit {{ und einer id.</translation></message>
<message><source>Started</source><translation>Gestartet</translation></message>
<message><source>Started by hand</source><translation>Von Hand gestartet</translation></message>
<message><source>Starting</source><translation>Startet</translation></message>
<message><source>Starting …</source><translation>Startet …</translation></message>
<message><source>Starts at most so many per period; shared by name.</source><translation>Startet höchstens so viele je Zeitraum; gemeinsam unter einem Namen.</translation></message>
<message><source>Starts per period</source><translation>Starts je Zeitraum</translation></message>
<message><source>Starts per period.</source><translation>Starts je Zeitraum.</translation></message>
<message><source>Starts programs</source><translation>Startet Programme</translation></message>
<message><source>Statement {0} gives more than {1} rows.</source><translation>Die Anweisung {0} ergibt mehr als {1} Zeilen.</translation></message>
<message><source>Status</source><translation>Zustand</translation></message>
<message><source>Statuses that are a success, such as 2xx, 404.</source><translation>Statuscodes, die ein Erfolg sind, etwa 2xx, 404.</translation></message>
<message><source>Statuses that are fine</source><translation>Gute Statuscodes</translation></message>
<message><source>Stay</source><translation>Bleiben</translation></message>
<message><source>Step</source><translation>Einzelschritt</translation></message>
<message><source>Step of the original</source><translation>Schritt des Originals</translation></message>
<message><source>Steps before this one</source><translation>Schritte vor diesem</translation></message>
<message><source>Steps on a cluster need the library distributed, which is not installed here.</source><translation>Schritte auf einem Cluster brauchen die Bibliothek distributed, die hier nicht installiert ist.</translation></message>
<message><source>Still needed: {join}.</source><translation>Es fehlt noch: {join}.</translation></message>
<message><source>Still needed: {names}</source><translation>Es fehlt noch: {names}</translation></message>
<message><source>Stop</source><translation>Stoppen</translation></message>
<message><source>Stop (cancel the run)</source><translation>Stoppen (Lauf abbrechen)</translation></message>
<message><source>Stop after</source><translation>Stoppen nach</translation></message>
<message><source>Stop at the first failure</source><translation>Beim ersten Fehler stoppen</translation></message>
<message><source>Stop requested</source><translation>Stopp verlangt</translation></message>
<message><source>Stop that one, or choose another port with --port.</source><translation>Stoppen Sie jenes, oder wählen Sie mit --port einen anderen Port.</translation></message>
<message><source>Stop the run</source><translation>Lauf stoppen</translation></message>
<message><source>Stop {run_id} for good?</source><translation>{run_id} endgültig stoppen?</translation></message>
<message><source>Stopped by a Fail node.</source><translation>Von einem Knoten „Fehlschlagen“ gestoppt.</translation></message>
<message><source>Stopped: {0}.</source><translation>Gestoppt: {0}.</translation></message>
<message><source>Stopping</source><translation>Stoppt</translation></message>
<message><source>Stops calling what keeps failing, and tries it again after a while.</source><translation>Ruft nicht mehr auf, was immer wieder fehlschlägt, und versucht es nach einer Weile wieder.</translation></message>
<message><source>Stops what is inside after a time.</source><translation>Stoppt nach einer Zeit, was darin ist.</translation></message>
<message><source>Straighten</source><translation>Begradigen</translation></message>
<message><source>Straighten wires</source><translation>Verbindungen begradigen</translation></message>
<message><source>Sub-workflows</source><translation>Unterworkflows</translation></message>
<message><source>Subject</source><translation>Betreff</translation></message>
<message><source>Such as '.' for the current one.</source><translation>Etwa '.' für den aktuellen.</translation></message>
<message><source>Such as './workflow_data'.</source><translation>Zum Beispiel './workflow_data'.</translation></message>
<message><source>Such as '1d', '-2h' or '90m'.</source><translation>Etwa '1d', '-2h' oder '90m'.</translation></message>
<message><source>Such as 'nightly', or {{'node': 'nightly', 'event': {{...}}}}.</source><translation>Etwa 'nightly', oder {{'node': 'nightly', 'event': {{...}}}}.</translation></message>
<message><source>Such as 'tcp://localhost:8786', or the name of a connection.</source><translation>Etwa 'tcp://localhost:8786', oder der Name einer Verbindung.</translation></message>
<message><source>Such as 0.</source><translation>Etwa 0.</translation></message>
<message><source>Such as 2, 0.5, 250ms, 30s or 5m.</source><translation>Etwa 2, 0.5, 250ms, 30s oder 5m.</translation></message>
<message><source>Such as 30, '250ms', '30s', '5m', '2h' or '7d'.</source><translation>Etwa 30, '250ms', '30s', '5m', '2h' oder '7d'.</translation></message>
<message><source>Such as API_TOKEN</source><translation>Etwa API_TOKEN</translation></message>
<message><source>Such as Europe/Berlin.</source><translation>Etwa Europe/Berlin.</translation></message>
<message><source>Such as X-API-Key.</source><translation>Etwa X-API-Key.</translation></message>
<message><source>Such as ['API_KEY']; leave it out for all, an empty list is none.</source><translation>Etwa ['API_KEY']; weglassen für alle, eine leere Liste ist keines.</translation></message>
<message><source>Such as [('{{{{ data.order_valid }}}}', 'ok')].</source><translation>Etwa [('{{{{ data.order_valid }}}}', 'ok')].</translation></message>
<message><source>Such as from_='pay' or from_=['pay', 'ship'].</source><translation>Etwa from_='pay' oder from_=['pay', 'ship'].</translation></message>
<message><source>Such as load('order.flow.json').</source><translation>Etwa load('order.flow.json').</translation></message>
<message><source>Such as shop</source><translation>Etwa shop</translation></message>
<message><source>Such as tags=["nightly"].</source><translation>Zum Beispiel tags=["nightly"].</translation></message>
<message><source>Such as to='pay' or to=['pay', 'ship'].</source><translation>Etwa to='pay' oder to=['pay', 'ship'].</translation></message>
<message><source>Such as true or {{"ttl": "10m", "scope": "store"}}.</source><translation>Etwa true oder {{"ttl": "10m", "scope": "store"}}.</translation></message>
<message><source>Switch</source><translation>Verzweigen</translation></message>
<message><source>Switch dark and light</source><translation>Zwischen dunkel und hell wechseln</translation></message>
<message><source>System prompt</source><translation>System-Prompt</translation></message>
<message><source>Tab writes spaces. Ctrl+Tab goes to the next field, Shift+Tab to the one before.</source><translation>Tab schreibt Leerzeichen. Strg+Tab führt zum nächsten Feld, Umschalt+Tab zum vorigen.</translation></message>
<message><source>Table</source><translation>Tabelle</translation></message>
<message><source>Tables</source><translation>Tabellen</translation></message>
<message><source>Tables in files are shown where DuckDB is installed: pip install 'floworch[data]'</source><translation>Tabellen in Dateien werden gezeigt, wo DuckDB installiert ist: pip install 'floworch[data]'</translation></message>
<message><source>Tabs</source><translation>Tabs</translation></message>
<message><source>Tag</source><translation>Schlagwort</translation></message>
<message><source>Tags are a list of words, not {0}.</source><translation>Tags sind eine Liste von Wörtern, nicht {0}.</translation></message>
<message><source>Tags of its worker</source><translation>Schlagworte seines Arbeiters</translation></message>
<message><source>Take a kind out of it, or remove the retry.</source><translation>Nehmen Sie eine Art heraus oder entfernen Sie den Neuversuch.</translation></message>
<message><source>Take a value from before</source><translation>Wert von vorher nehmen</translation></message>
<message><source>Take a value from before…</source><translation>Wert von vorher nehmen …</translation></message>
<message><source>Take as done</source><translation>Als getan nehmen</translation></message>
<message><source>Take as failed</source><translation>Als fehlgeschlagen nehmen</translation></message>
<message><source>Take it out.</source><translation>Nehmen Sie ihn heraus.</translation></message>
<message><source>Take its field {0}.</source><translation>Nehmen Sie sein Feld {0}.</translation></message>
<message><source>Take one of its fields, such as .{0}: {1}.</source><translation>Eines seiner Felder nehmen, etwa .{0}: {1}.</translation></message>
<message><source>Take one of its fields: {0}.</source><translation>Nehmen Sie eines seiner Felder: {0}.</translation></message>
<message><source>Take out of the frame or container</source><translation>Aus dem Rahmen oder Behälter nehmen</translation></message>
<message><source>Take out of {title}</source><translation>Aus {title} nehmen</translation></message>
<message><source>Take values out of a text with a language model; what comes back fits the fields, or the node fails.</source><translation>Mit einem Sprachmodell Werte aus einem Text holen; was zurückkommt, passt zu den Feldern, sonst schlägt der Knoten fehl.</translation></message>
<message><source>Target</source><translation>Ziel</translation></message>
<message><source>Teal</source><translation>Türkis</translation></message>
<message><source>Tell where it is</source><translation>Sagen, wo es ist</translation></message>
<message><source>Temperature</source><translation>Temperatur</translation></message>
<message><source>Template</source><translation>Vorlage</translation></message>
<message><source>Temporary failure in name resolution</source><translation>Name lässt sich vorübergehend nicht auflösen</translation></message>
<message><source>Test</source><translation>Prüfen</translation></message>
<message><source>Text</source><translation>Text</translation></message>
<message><source>Text in front</source><translation>Vorangestellter Text</translation></message>
<message><source>Text in front of every line.</source><translation>Text am Anfang jeder Zeile.</translation></message>
<message><source>Text of an item</source><translation>Text eines Elements</translation></message>
<message><source>Text of the note, in Markdown</source><translation>Text der Notiz, in Markdown</translation></message>
<message><source>Text or bytes sent as they are; an object or a list is sent as JSON.</source><translation>Text oder Bytes gehen, wie sie sind; ein Objekt oder eine Liste wird als JSON gesendet.</translation></message>
<message><source>Text that the command reads.</source><translation>Text, den der Befehl liest.</translation></message>
<message><source>Text with {{ values }}, {% for %} and {% if %}; it sees what every expression sees.</source><translation>Text mit {{ Werten }}, {% for %} und {% if %}; er sieht, was jeder Ausdruck sieht.</translation></message>
<message><source>Text, bytes, or any other value, which is sent as JSON.</source><translation>Text, Bytes oder ein anderer Wert, der als JSON gesendet wird.</translation></message>
<message><source>Text, bytes, or any other value, which is written as indented JSON. A reference to a table that an action gave is written as the list of its rows, which are read in batches; data.write_table writes CSV and other formats.</source><translation>Text, Bytes oder ein anderer Wert, der als eingerücktes JSON geschrieben wird. Ein Verweis auf eine Tabelle, den eine Aktion gab, wird als Liste ihrer Zeilen geschrieben, die in Stapeln gelesen werden; data.write_table schreibt CSV und andere Formate.</translation></message>
<message><source>Texts with the objects that are to come out of them.</source><translation>Texte mit den Objekten, die aus ihnen hervorgehen sollen.</translation></message>
<message><source>That is a list: use [0] or a filter.</source><translation>Das ist eine Liste: Nehmen Sie [0] oder einen Filter.</translation></message>
<message><source>That is no JSON: {0}.</source><translation>Das ist kein JSON: {0}.</translation></message>
<message><source>That is no cURL command: it does not begin with curl.</source><translation>Das ist kein cURL-Befehl: Er beginnt nicht mit curl.</translation></message>
<message><source>That is no export of Node-RED: it is no list of nodes.</source><translation>Das ist kein Export von Node-RED: Es ist keine Liste von Knoten.</translation></message>
<message><source>That is no workflow of n8n: it has no list of nodes.</source><translation>Das ist kein Workflow von n8n: Er hat keine Liste von Knoten.</translation></message>
<message><source>That is the file of this workflow.</source><translation>Das ist die Datei dieses Workflows.</translation></message>
<message><source>That is the last event.</source><translation>Das ist das letzte Ereignis.</translation></message>
<message><source>That work is no longer kept.</source><translation>Diese Arbeit ist nicht mehr aufgehoben.</translation></message>
<message><source>The Parquet file that a table is written to, completely or not at all.</source><translation>Die Parquet-Datei, in die eine Tabelle geschrieben wird, ganz oder gar nicht.</translation></message>
<message><source>The Parquet file that result: table writes.</source><translation>Die Parquet-Datei, die result: table schreibt.</translation></message>
<message><source>The Parquet file that result: table writes; the dropped rows go beside it, to NAME-dropped.parquet.</source><translation>Die Parquet-Datei, die result: table schreibt; die weggelassenen Zeilen kommen daneben, in NAME-dropped.parquet.</translation></message>
<message><source>The Parquet file that result: table writes; the duplicates go beside it, to NAME-duplicates.parquet.</source><translation>Die Parquet-Datei, die result: table schreibt; die Dubletten kommen daneben, in NAME-duplicates.parquet.</translation></message>
<message><source>The Parquet file, when result is table.</source><translation>Die Parquet-Datei, wenn result table ist.</translation></message>
<message><source>The Python interpreter '{0}' {1}.</source><translation>Der Python-Interpreter '{0}' {1}.</translation></message>
<message><source>The Python interpreter of this program cannot be found, so no engine process can be started.</source><translation>Der Python-Interpreter dieses Programms ist nicht zu finden, daher kann kein Prozess der Engine gestartet werden.</translation></message>
<message><source>The Python interpreter of this program cannot be found, so nothing can be served.</source><translation>Der Python-Interpreter dieses Programms ist nicht zu finden, daher kann nichts bedient werden.</translation></message>
<message><source>The action '{0}' cannot be loaded: {1}</source><translation>Die Aktion '{0}' lässt sich nicht laden: {1}</translation></message>
<message><source>The action id '{0}' is taken by {1}.</source><translation>Die Kennung '{0}' einer Aktion ist schon vergeben: {1}.</translation></message>
<message><source>The action {action} is not installed</source><translation>Die Aktion {action} ist nicht installiert</translation></message>
<message><source>The action “{action}” is not installed.</source><translation>Die Aktion „{action}“ ist nicht installiert.</translation></message>
<message><source>The address {0} of the cluster {1} is none that Dask knows.</source><translation>Die Adresse {0} des Clusters {1} ist keine, die Dask kennt.</translation></message>
<message><source>The answer</source><translation>Die Antwort</translation></message>
<message><source>The answer becomes the output; http.download writes it to a file.</source><translation>Die Antwort wird die Ausgabe; http.download schreibt sie in eine Datei.</translation></message>
<message><source>The answer cannot be read: {0}</source><translation>Die Antwort ist nicht zu lesen: {0}</translation></message>
<message><source>The answer does not fit and goes back once: {0}</source><translation>Die Antwort passt nicht und geht einmal zurück: {0}</translation></message>
<message><source>The answer ends where 'max_tokens' cut it off.</source><translation>Die Antwort endet, wo 'max_tokens' sie abgeschnitten hat.</translation></message>
<message><source>The answer must be a list of what is chosen, not {0}.</source><translation>Die Antwort muss eine Liste des Gewählten sein, nicht {0}.</translation></message>
<message><source>The answer must be an object of values by field name, not {0}.</source><translation>Die Antwort muss ein Objekt aus Feldnamen und Werten sein, nicht {0}.</translation></message>
<message><source>The answer of {0} broke off.</source><translation>Die Antwort von {0} brach ab.</translation></message>
<message><source>The answer of {0} cannot be understood: {1}.</source><translation>Die Antwort von {0} ist nicht zu verstehen: {1}.</translation></message>
<message><source>The answer of {0} is not JSON: {1}.</source><translation>Die Antwort von {0} ist kein JSON: {1}.</translation></message>
<message><source>The answer of {0} is over the limit of {1} MiB.</source><translation>Die Antwort von {0} ist über der Grenze von {1} MiB.</translation></message>
<message><source>The answer of {0} is {1}, and no list of items.</source><translation>Die Antwort von {0} ist {1} und keine Liste von Elementen.</translation></message>
<message><source>The answer to its question makes it go on</source><translation>Die Antwort auf seine Frage lässt ihn weiterlaufen</translation></message>
<message><source>The archive cannot be unpacked: {0}.</source><translation>Das Archiv lässt sich nicht auspacken: {0}.</translation></message>
<message><source>The archive holds {0}. Nothing was unpacked.</source><translation>Das Archiv enthält {0}. Nichts wurde ausgepackt.</translation></message>
<message><source>The archive is damaged: {0}.</source><translation>Das Archiv ist beschädigt: {0}.</translation></message>
<message><source>The archive to write; a TAR is compressed when its name ends with .gz, .tgz, .bz2 or .xz. Or the folder to unpack into, which is made when it is missing.</source><translation>Das Archiv, das geschrieben wird; ein TAR wird komprimiert, wenn sein Name mit .gz, .tgz, .bz2 oder .xz endet. Oder der Ordner, in den ausgepackt wird; fehlt er, wird er angelegt.</translation></message>
<message><source>The artifact {0} cannot be read: expected {1} in {2}, found {3}.</source><translation>Der große Wert {0} lässt sich nicht lesen: erwartet {1} in {2}, gefunden {3}.</translation></message>
<message><source>The attachments are over the limit of {0} MiB.</source><translation>Die Anhänge sind über der Grenze von {0} MiB.</translation></message>
<message><source>The attachments are too large: with '{0}' of message {1} they are over max_mb.</source><translation>Die Anhänge sind zu groß: Mit '{0}' der Nachricht {1} sind sie über max_mb.</translation></message>
<message><source>The attempt on the cluster {0} was lost: {1}.</source><translation>Der Versuch auf dem Cluster {0} ging verloren: {1}.</translation></message>
<message><source>The block '# /// script' cannot be read: {0}.</source><translation>Der Block '# /// script' lässt sich nicht lesen: {0}.</translation></message>
<message><source>The body cannot be read: {0}.</source><translation>Der Inhalt ist nicht zu lesen: {0}.</translation></message>
<message><source>The body from standard input was left out.</source><translation>Der Inhalt von der Standardeingabe wurde weggelassen.</translation></message>
<message><source>The body is read from {0}.</source><translation>Der Inhalt wird aus {0} gelesen.</translation></message>
<message><source>The body of a control message is not JSON: {0}</source><translation>Der Inhalt einer Steuernachricht ist kein JSON: {0}</translation></message>
<message><source>The body of a control message must be a JSON object.</source><translation>Der Inhalt einer Steuernachricht muss ein JSON-Objekt sein.</translation></message>
<message><source>The broker; an address such as mqtts://name:8883 says port and tls, too.</source><translation>Der Broker; eine Adresse wie mqtts://name:8883 nennt auch Port und TLS.</translation></message>
<message><source>The bucket, or a folder in it: s3://bucket/folder.</source><translation>Der Bucket oder ein Ordner darin: s3://bucket/folder.</translation></message>
<message><source>The bundle cannot be unpacked to {0}: {1}.</source><translation>Das Bündel kann nicht nach {0} entpackt werden: {1}.</translation></message>
<message><source>The cURL command cannot be read: {0}.</source><translation>Der cURL-Befehl kann nicht gelesen werden: {0}.</translation></message>
<message><source>The cURL command is an HTTP request now.</source><translation>Der cURL-Befehl ist jetzt eine HTTP-Anfrage.</translation></message>
<message><source>The cURL command names no address.</source><translation>Der cURL-Befehl nennt keine Adresse.</translation></message>
<message><source>The call does not give the input {name!r}.</source><translation>Der Aufruf gibt die Eingabe {name!r} nicht an.</translation></message>
<message><source>The call does not wait for the workflow: let it wait first.</source><translation>Der Aufruf wartet nicht auf den Workflow: Lassen Sie ihn zuerst warten.</translation></message>
<message><source>The call has {words}, which its nodes cannot have together: take that away first.</source><translation>Der Aufruf hat {words}, was seine Knoten nicht gemeinsam haben können: Nehmen Sie das zuerst weg.</translation></message>
<message><source>The call of {0} is {1} calls deep; at most {2} are allowed.</source><translation>Der Aufruf von {0} ist {1} Aufrufe tief; höchstens {2} sind erlaubt.</translation></message>
<message><source>The call of {0} would be {1} calls deep; at most {2} are allowed.</source><translation>Der Aufruf von {0} wäre {1} Aufrufe tief; höchstens {2} sind erlaubt.</translation></message>
<message><source>The called workflow ends by different branches: lead them to one last node there first.</source><translation>Der aufgerufene Workflow endet an verschiedenen Zweigen: Führen Sie sie dort zuerst zu einem letzten Knoten.</translation></message>
<message><source>The called workflow has a timeout or ends otherwise when a node fails than this one.</source><translation>Der aufgerufene Workflow hat eine Zeitgrenze oder endet bei einem fehlgeschlagenen Knoten anders als dieser.</translation></message>
<message><source>The called workflow has no nodes.</source><translation>Der aufgerufene Workflow hat keine Knoten.</translation></message>
<message><source>The called workflow reads all of its inputs at once.</source><translation>Der aufgerufene Workflow liest alle seine Eingaben auf einmal.</translation></message>
<message><source>The called workflow reads an input {name!r} that it does not declare.</source><translation>Der aufgerufene Workflow liest eine Eingabe {name!r}, die er nicht erklärt.</translation></message>
<message><source>The canvas is empty. Add a node to begin.</source><translation>Die Zeichenfläche ist leer. Fügen Sie zum Anfang einen Knoten hinzu.</translation></message>
<message><source>The cases of {0} are pairs (condition, port), not {1}.</source><translation>Die Fälle von {0} sind Paare (Bedingung, Ausgang), nicht {1}.</translation></message>
<message><source>The certificate of {0} cannot be trusted: {1}.</source><translation>Dem Zertifikat von {0} kann nicht vertraut werden: {1}.</translation></message>
<message><source>The character {0} at position {1} does not exist in {2}.</source><translation>Das Zeichen {0} an Stelle {1} gibt es in {2} nicht.</translation></message>
<message><source>The checksum the file must have, 64 hex digits; empty takes any.</source><translation>Die Prüfsumme, die die Datei haben muss, 64 Hex-Ziffern; leer nimmt jede.</translation></message>
<message><source>The client did not introduce itself.</source><translation>Der Client stellte sich nicht vor.</translation></message>
<message><source>The client does not know the token.</source><translation>Der Client kennt das Token nicht.</translation></message>
<message><source>The clipboard holds no middleware.</source><translation>Die Zwischenablage enthält keine Middleware.</translation></message>
<message><source>The clipboard holds no nodes and no cURL command</source><translation>Die Zwischenablage enthält weder Knoten noch einen cURL-Befehl</translation></message>
<message><source>The cluster {0} has no worker.</source><translation>Der Cluster {0} hat keinen Arbeiter.</translation></message>
<message><source>The code cannot be read: {0}.</source><translation>Der Code lässt sich nicht lesen: {0}.</translation></message>
<message><source>The code does not parse: {0}.</source><translation>Der Code ist nicht lesbar: {0}.</translation></message>
<message><source>The code ended itself with exit code {0}</source><translation>Der Code beendete sich selbst mit dem Code {0}</translation></message>
<message><source>The code needs {0}, and uv, which would install that, is not there.</source><translation>Der Code braucht {0}, und uv, das es installieren würde, ist nicht da.</translation></message>
<message><source>The code, or a library it uses, ended or crashed the process.</source><translation>Der Code oder eine Bibliothek, die er nutzt, beendete den Prozess oder ließ ihn abstürzen.</translation></message>
<message><source>The columns that identify a row, for upsert.</source><translation>Die Spalten, die eine Zeile kennzeichnen, für upsert.</translation></message>
<message><source>The columns to give, in this order; by default all.</source><translation>Die Spalten, die gegeben werden, in dieser Reihenfolge; Vorgabe: alle.</translation></message>
<message><source>The command ended with {0}</source><translation>Der Befehl endete mit {0}</translation></message>
<message><source>The command is too long for this system.</source><translation>Der Befehl ist zu lang für dieses System.</translation></message>
<message><source>The command on {0} ended with code {1}{2}.</source><translation>Der Befehl auf {0} endete mit dem Code {1}{2}.</translation></message>
<message><source>The command on {0} was ended by {1}.</source><translation>Der Befehl auf {0} wurde durch {1} beendet.</translation></message>
<message><source>The command, its folder or its environment holds a null character.</source><translation>Der Befehl, sein Ordner oder seine Umgebung enthält ein Nullzeichen.</translation></message>
<message><source>The comment of an answer</source><translation>Der Kommentar einer Antwort</translation></message>
<message><source>The comparison {0} was not converted; it is false now.</source><translation>Der Vergleich {0} wurde nicht umgewandelt; er ist jetzt falsch.</translation></message>
<message><source>The compensation of {0} is {1}, which {2}; a rollback runs plain actions only.</source><translation>Die Umkehrung von {0} ist {1}, die {2}; ein Zurückrollen führt nur einfache Aktionen aus.</translation></message>
<message><source>The compensation of {0} runs in a thread, which a timeout cannot interrupt: its work goes on.</source><translation>Die Umkehrung von {0} läuft in einem Thread, den eine Zeitgrenze nicht unterbrechen kann: Ihre Arbeit geht weiter.</translation></message>
<message><source>The condition is empty.</source><translation>Die Bedingung ist leer.</translation></message>
<message><source>The condition {0} gave {1} instead of true or false.</source><translation>Die Bedingung {0} ergab {1} statt true oder false.</translation></message>
<message><source>The condition {0} has text around an expression.</source><translation>Die Bedingung {0} hat Text um einen Ausdruck herum.</translation></message>
<message><source>The connection ended after {0} of {1} bytes.</source><translation>Die Verbindung endete nach {0} von {1} Bytes.</translation></message>
<message><source>The connection is not a database URL.</source><translation>Die Verbindung ist keine URL einer Datenbank.</translation></message>
<message><source>The connection to the other process is closed.</source><translation>Die Verbindung zum anderen Prozess ist geschlossen.</translation></message>
<message><source>The connection to {0} broke: {1}.</source><translation>Die Verbindung zu {0} brach ab: {1}.</translation></message>
<message><source>The connection was closed while it was being opened.</source><translation>Die Verbindung wurde geschlossen, während sie geöffnet wurde.</translation></message>
<message><source>The connection {0} cannot be used: {1}</source><translation>Die Verbindung {0} lässt sich nicht nutzen: {1}</translation></message>
<message><source>The connection {0} is of the type {1}, not {2}.</source><translation>Die Verbindung {0} ist von der Art {1}, nicht {2}.</translation></message>
<message><source>The control file holds no token.</source><translation>Die Steuerdatei enthält kein Token.</translation></message>
<message><source>The current folder does not exist any more.</source><translation>Den aktuellen Ordner gibt es nicht mehr.</translation></message>
<message><source>The data in the file {0} was left out.</source><translation>Die Daten in der Datei {0} wurden weggelassen.</translation></message>
<message><source>The data of the run</source><translation>Die Daten des Laufs</translation></message>
<message><source>The database failed: {0}.</source><translation>Die Datenbank scheiterte: {0}.</translation></message>
<message><source>The database refused a row: {0}.</source><translation>Die Datenbank nahm eine Zeile nicht an: {0}.</translation></message>
<message><source>The database refused the statement: {0}.</source><translation>Die Datenbank nahm die Anweisung nicht an: {0}.</translation></message>
<message><source>The database {0} cannot be opened.</source><translation>Die Datenbank {0} lässt sich nicht öffnen.</translation></message>
<message><source>The database {0} is locked by another program.</source><translation>Die Datenbank {0} ist durch ein anderes Programm gesperrt.</translation></message>
<message><source>The default of input {0} is not of type {1}.</source><translation>Die Vorgabe der Eingabe {0} ist nicht vom Typ {1}.</translation></message>
<message><source>The definition</source><translation>Die Definition</translation></message>
<message><source>The definition cannot be read</source><translation>Die Definition lässt sich nicht lesen</translation></message>
<message><source>The definition has {0} bytes; at most {1} are allowed.</source><translation>Die Definition hat {0} Bytes; höchstens {1} sind erlaubt.</translation></message>
<message><source>The definition has {0} nodes; at most {1} are allowed.</source><translation>Die Definition hat {0} Knoten; höchstens {1} sind erlaubt.</translation></message>
<message><source>The definition is nested deeper than {0} levels.</source><translation>Die Definition ist tiefer als {0} Ebenen verschachtelt.</translation></message>
<message><source>The definition of run {0} does not fit the actions that are here</source><translation>Die Definition des Laufs {0} passt nicht zu den Aktionen, die es hier gibt</translation></message>
<message><source>The dialect is 2020-12.</source><translation>Der Dialekt ist 2020-12.</translation></message>
<message><source>The director</source><translation>Die Direktion</translation></message>
<message><source>The disk is full: '{0}' was not written.</source><translation>Der Datenträger ist voll: '{0}' wurde nicht geschrieben.</translation></message>
<message><source>The disk is full: nothing was written to {0}.</source><translation>Der Datenträger ist voll: Nach {0} wurde nichts geschrieben.</translation></message>
<message><source>The driver for {0} is not installed.</source><translation>Der Treiber für {0} ist nicht installiert.</translation></message>
<message><source>The edge from port {port!r} of {source!r} leads out: a call cannot choose a port. Select {target!r} too, or leave {source!r} out.</source><translation>Die Verbindung von Anschluss {port!r} von {source!r} führt hinaus: Ein Aufruf kann keinen Anschluss wählen. Wählen Sie auch {target!r} aus, oder lassen Sie {source!r} weg.</translation></message>
<message><source>The edge from {0} ({1}) to {2} is there twice.</source><translation>Die Verbindung von {0} ({1}) nach {2} gibt es zweimal.</translation></message>
<message><source>The edge {0} → {1} crosses the border of container {2}.</source><translation>Die Verbindung {0} → {1} kreuzt die Grenze des Behälters {2}.</translation></message>
<message><source>The edge {0} → {1} names the node {2}, which does not exist.</source><translation>Die Verbindung {0} → {1} nennt den Knoten {2}, den es nicht gibt.</translation></message>
<message><source>The edges lead in a circle: {0}.</source><translation>Die Verbindungen führen im Kreis: {0}.</translation></message>
<message><source>The engine failed in run {0}: {1}.</source><translation>Die Engine scheiterte im Lauf {0}: {1}.</translation></message>
<message><source>The engine process cannot be started: {0}.</source><translation>Der Prozess der Engine kann nicht gestartet werden: {0}.</translation></message>
<message><source>The engine process does not know the request {0}.</source><translation>Der Prozess der Engine kennt die Anfrage {0} nicht.</translation></message>
<message><source>The engine process for the store {0} did not start: it did not answer within {1} seconds.{2}</source><translation>Der Prozess der Engine für den Speicher {0} startete nicht: Er antwortete nicht innerhalb von {1} Sekunden.{2}</translation></message>
<message><source>The engine process for the store {0} did not start: {1}.{2}</source><translation>Der Prozess der Engine für den Speicher {0} startete nicht: {1}.{2}</translation></message>
<message><source>The engine process met an unexpected {0}: {1}</source><translation>Der Prozess der Engine stieß auf etwas Unerwartetes, {0}: {1}</translation></message>
<message><source>The engine process was let go of while it was being connected.</source><translation>Der Prozess der Engine wurde aufgegeben, während die Verbindung zu ihm entstand.</translation></message>
<message><source>The engine's process did not answer: {error}.</source><translation>Der Prozess der Ausführung hat nicht geantwortet: {error}.</translation></message>
<message><source>The engine's process ended: {message}</source><translation>Der Prozess der Ausführung ist beendet: {message}</translation></message>
<message><source>The expression takes all of 'nodes', also those that may not have run.</source><translation>Der Ausdruck nimmt „nodes“ als Ganzes, auch Schritte, die vielleicht nicht gelaufen sind.</translation></message>
<message><source>The expression takes all of 'secrets', which are never listed.</source><translation>Der Ausdruck nimmt „secrets“ als Ganzes; Geheimnisse werden nie aufgelistet.</translation></message>
<message><source>The expression uses {0}, which does not exist.</source><translation>Der Ausdruck nutzt {0}, das es nicht gibt.</translation></message>
<message><source>The expression {0} was not converted: {1}.</source><translation>Der Ausdruck {0} wurde nicht umgewandelt: {1}.</translation></message>
<message><source>The failure's kind; it decides what a retry policy or an error branch makes of it.</source><translation>Die Art des Fehlschlags; sie entscheidet, was eine Regel für Neuversuche oder ein Fehlerzweig daraus macht.</translation></message>
<message><source>The field of an answer that holds its items, such as data.orders; empty when the answer is the list.</source><translation>Das Feld einer Antwort mit ihren Elementen, etwa data.orders; leer, wenn die Antwort selbst die Liste ist.</translation></message>
<message><source>The field of an answer that says how the next one is asked, such as meta.next_cursor.</source><translation>Das Feld einer Antwort, das sagt, wie die nächste geholt wird, etwa meta.next_cursor.</translation></message>
<message><source>The fields by name, as in human.form: {"amount": {"type": "number", "description": "Total in euro", "required": true}}. A field that is not required is null where the text says nothing.</source><translation>Die Felder mit Namen, wie bei human.form: {"amount": {"type": "number", "description": "Total in euro", "required": true}}. Ein Feld, das nicht verlangt ist, ist null, wo der Text nichts sagt.</translation></message>
<message><source>The fields by name: {"amount": {"type": "number", "title": "Amount", "required": true}}. A field has 'type' (string integer number boolean object array any), 'title', 'description', 'required', 'default' and 'choices', the only values it takes. The JSON Schema of an object stands for its properties.</source><translation>Die Felder mit Namen: {"amount": {"type": "number", "title": "Amount", "required": true}}. Ein Feld hat 'type' (string integer number boolean object array any), 'title', 'description', 'required', 'default' und 'choices', die einzigen Werte, die es annimmt. Das JSON-Schema eines Objekts steht für dessen Eigenschaften.</translation></message>
<message><source>The file '{0}' cannot be read: {1}.</source><translation>Die Datei '{0}' lässt sich nicht lesen: {1}.</translation></message>
<message><source>The file '{0}' does not exist.</source><translation>Die Datei '{0}' gibt es nicht.</translation></message>
<message><source>The file '{0}' may not be read.</source><translation>Die Datei '{0}' darf nicht gelesen werden.</translation></message>
<message><source>The file '{0}' of '{1}' does not exist.</source><translation>Die Datei '{0}' von '{1}' gibt es nicht.</translation></message>
<message><source>The file ends too early: a bracket, brace or quote is not closed.</source><translation>Die Datei endet zu früh: Eine Klammer oder ein Anführungszeichen ist nicht geschlossen.</translation></message>
<message><source>The file has format {0}: it was written by a newer version; this one reads format 1.</source><translation>Die Datei hat das Format {0}: Eine neuere Version hat sie geschrieben; diese liest das Format 1.</translation></message>
<message><source>The file holds {0}.</source><translation>Die Datei enthält {0}.</translation></message>
<message><source>The file is a ZIP archive, not a definition.</source><translation>Die Datei ist ein ZIP-Archiv, keine Definition.</translation></message>
<message><source>The file is empty; 'floworch new' writes a first definition.</source><translation>Die Datei ist leer; 'floworch new' schreibt eine erste Definition.</translation></message>
<message><source>The file is larger than {0} MiB.</source><translation>Die Datei ist größer als {0} MiB.</translation></message>
<message><source>The file is not UTF-8 text: byte {0} (line {1}) is {2}.</source><translation>Die Datei ist kein Text in UTF-8: Byte {0} (Zeile {1}) ist {2}.</translation></message>
<message><source>The file of the table in '{0}', '{1}' does not exist.</source><translation>Die Datei der Tabelle in '{0}', '{1}', gibt es nicht.</translation></message>
<message><source>The file of this table cannot be read: {why}</source><translation>Die Datei dieser Tabelle kann nicht gelesen werden: {why}</translation></message>
<message><source>The file of this table is not there any more: {path}</source><translation>Die Datei dieser Tabelle ist nicht mehr da: {path}</translation></message>
<message><source>The file or folder '{0}' does not exist.</source><translation>Die Datei oder den Ordner '{0}' gibt es nicht.</translation></message>
<message><source>The file to write; a relative path starts in the folder the run was started in, ~ is the home folder.</source><translation>Die Datei, die geschrieben wird; ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde, ~ ist der Benutzerordner.</translation></message>
<message><source>The file; a relative path starts in the folder the run was started in, ~ is the home folder.</source><translation>Die Datei; ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde, ~ ist der Benutzerordner.</translation></message>
<message><source>The file; a relative path starts in the folder the run was started in.</source><translation>Die Datei; ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde.</translation></message>
<message><source>The first node that differs: its output is another</source><translation>Der erste Knoten, der abweicht: seine Ausgabe ist eine andere</translation></message>
<message><source>The first node that ended differently</source><translation>Der erste Knoten, der anders endete</translation></message>
<message><source>The folder '{0}' does not exist.</source><translation>Den Ordner '{0}' gibt es nicht.</translation></message>
<message><source>The folder '{0}' of the database does not exist.</source><translation>Den Ordner '{0}' der Datenbank gibt es nicht.</translation></message>
<message><source>The folder '{0}' that the run was started in cannot be entered: {1}.</source><translation>Der Ordner '{0}', in dem der Lauf gestartet wurde, kann nicht betreten werden: {1}.</translation></message>
<message><source>The folder '{0}' that the run was started in does not exist.</source><translation>Den Ordner '{0}', in dem der Lauf gestartet wurde, gibt es nicht.</translation></message>
<message><source>The folder '{0}' to run in does not exist.</source><translation>Den Ordner '{0}', in dem ausgeführt werden soll, gibt es nicht.</translation></message>
<message><source>The folder of '{0}' does not exist.</source><translation>Den Ordner von '{0}' gibt es nicht.</translation></message>
<message><source>The folder.</source><translation>Der Ordner.</translation></message>
<message><source>The folder; a relative one starts in the folder of the definition when it is served.</source><translation>Der Ordner; ein relativer beginnt im Ordner der Definition, wenn sie bedient wird.</translation></message>
<message><source>The form field {0} with the content of {1} was left out.</source><translation>Das Formularfeld {0} mit dem Inhalt von {1} wurde weggelassen.</translation></message>
<message><source>The form is sent URL-encoded, not as multipart/form-data.</source><translation>Das Formular wird URL-kodiert gesendet, nicht als multipart/form-data.</translation></message>
<message><source>The form {0} is not known.</source><translation>Die Form {0} ist nicht bekannt.</translation></message>
<message><source>The format of '{0}' is not known from its name.</source><translation>Das Format von '{0}' geht aus dem Namen nicht hervor.</translation></message>
<message><source>The graphics card is not used.</source><translation>Die Grafikkarte wird nicht benutzt.</translation></message>
<message><source>The header '{0}' holds a line break.</source><translation>Die Kopfzeile '{0}' enthält einen Zeilenumbruch.</translation></message>
<message><source>The headers in the file {0} were left out.</source><translation>Die Kopfzeilen in der Datei {0} wurden weggelassen.</translation></message>
<message><source>The id of {0} is a text, not {1}.</source><translation>Die Id von {0} ist ein Text, nicht {1}.</translation></message>
<message><source>The id {key!r} is empty or belongs to another node.</source><translation>Die Kennung {key!r} ist leer oder gehört einem anderen Knoten.</translation></message>
<message><source>The images are over the limit of {0} MiB.</source><translation>Die Bilder sind über der Grenze von {0} MiB.</translation></message>
<message><source>The input {0} may be left out and is null then, which is no number here.</source><translation>Die Eingabe {0} darf fehlen und ist dann null, was hier keine Zahl ist.</translation></message>
<message><source>The input {0} of {1} must be of type {2}.</source><translation>Die Eingabe {0} von {1} muss vom Typ {2} sein.</translation></message>
<message><source>The inputs of the call are one expression: name them one by one first.</source><translation>Die Eingaben des Aufrufs sind ein einziger Ausdruck: Benennen Sie sie zuerst einzeln.</translation></message>
<message><source>The inputs of the run do not fit: {0}</source><translation>Die Eingaben des Laufs passen nicht: {0}</translation></message>
<message><source>The inputs that Run takes</source><translation>Die Eingaben, mit denen gestartet wird</translation></message>
<message><source>The journal could not be written: the disk is full ({0}).</source><translation>Das Journal konnte nicht geschrieben werden: Der Datenträger ist voll ({0}).</translation></message>
<message><source>The journal could not be written: {0}.</source><translation>Das Journal konnte nicht geschrieben werden: {0}.</translation></message>
<message><source>The journal of run '{0}' ends in an unconfirmed tail at byte {1} of {2}: expected {3}, found {4}.</source><translation>Das Journal des Laufs '{0}' endet bei Byte {1} von {2} unbestätigt: erwartet {3}, gefunden {4}.</translation></message>
<message><source>The journal of run '{0}' has no beginning: the power went before it was on the disk.</source><translation>Das Journal des Laufs '{0}' hat keinen Anfang: Der Strom fiel aus, bevor er auf der Platte war.</translation></message>
<message><source>The journal of run '{0}' is closed.</source><translation>Das Journal des Laufs '{0}' ist geschlossen.</translation></message>
<message><source>The journal of run '{0}' is gone from {1}.</source><translation>Das Journal des Laufs '{0}' ist aus {1} verschwunden.</translation></message>
<message><source>The journal of run '{0}' is not damaged.</source><translation>Das Journal des Laufs '{0}' ist nicht beschädigt.</translation></message>
<message><source>The journal of run {run} cannot be followed: {error}</source><translation>Dem Journal von Lauf {run} lässt sich nicht folgen: {error}</translation></message>
<message><source>The journal of {run} is damaged</source><translation>Das Journal von {run} ist beschädigt</translation></message>
<message><source>The journal refused an event: {0}</source><translation>Das Journal nahm ein Ereignis nicht an: {0}</translation></message>
<message><source>The journal {0} is damaged at byte {1}: expected {2}, found {3}.</source><translation>Das Journal {0} ist bei Byte {1} beschädigt: erwartet {2}, gefunden {3}.</translation></message>
<message><source>The kept values cannot be used: {0}.</source><translation>Die aufgehobenen Werte sind nicht zu benutzen: {0}.</translation></message>
<message><source>The key column '{0}' is in none of the rows.</source><translation>Die Schlüsselspalte '{0}' ist in keiner der Zeilen.</translation></message>
<message><source>The key is {0}; make sure that it has a value in every run.</source><translation>Der Schlüssel ist {0}; sorgen Sie dafür, dass er in jedem Lauf einen Wert hat.</translation></message>
<message><source>The key of {0} is not a known one: {1}.</source><translation>Der Schlüssel von {0} ist kein bekannter: {1}.</translation></message>
<message><source>The keymap is not JSON: {error}.</source><translation>Die Tastenbelegung ist kein JSON: {error}.</translation></message>
<message><source>The keyring ({0}) cannot be used: {1}.</source><translation>Der Schlüsselbund ({0}) kann nicht benutzt werden: {1}.</translation></message>
<message><source>The keyring did not answer within {0} s: it may be asking for its password.</source><translation>Der Schlüsselbund antwortete nicht innerhalb von {0} s: Vielleicht fragt er nach seinem Passwort.</translation></message>
<message><source>The keys of {name} are not a list of texts.</source><translation>Die Tasten von {name} sind keine Liste von Texten.</translation></message>
<message><source>The labels, in lower-case letters, digits, - and _; each is a port.</source><translation>Die Etiketten, in Kleinbuchstaben, Ziffern, - und _; jedes ist ein Ausgang.</translation></message>
<message><source>The largest</source><translation>Die größten</translation></message>
<message><source>The largest number of crashes of one attempt must be at least 1, not {0}.</source><translation>Die Höchstzahl der Abstürze eines Versuchs muss mindestens 1 sein, nicht {0}.</translation></message>
<message><source>The last commit</source><translation>Der letzte Commit</translation></message>
<message><source>The last tab below the canvas stays there.</source><translation>Der letzte Tab unter der Zeichenfläche bleibt dort.</translation></message>
<message><source>The last tab cannot be pinned.</source><translation>Der letzte Reiter kann nicht angeheftet werden.</translation></message>
<message><source>The layer {0} is no 'async def' function, and returned {1}.</source><translation>Die Schicht {0} ist keine Funktion mit 'async def' und gab {1} zurück.</translation></message>
<message><source>The layer {0} must take (call_next, ctx). {1} A function that takes an action and returns another is called with it: {2}(action).</source><translation>Die Schicht {0} muss (call_next, ctx) nehmen. {1} Eine Funktion, die eine Aktion nimmt und eine andere gibt, wird mit ihr aufgerufen: {2}(action).</translation></message>
<message><source>The layer {0} of the module {1}.</source><translation>Die Schicht {0} des Moduls {1}.</translation></message>
<message><source>The least is {low:g}.</source><translation>Das Mindeste ist {low:g}.</translation></message>
<message><source>The library {0} is not installed.</source><translation>Die Bibliothek {0} ist nicht installiert.</translation></message>
<message><source>The list has {0} items.</source><translation>Die Liste hat {0} Elemente.</translation></message>
<message><source>The list of runs has them all.</source><translation>Die Liste der Läufe hat sie alle.</translation></message>
<message><source>The list of runs {0} is behind: {1} runs are new or gone.</source><translation>Die Liste der Läufe {0} ist im Rückstand: {1} Läufe sind neu oder fort.</translation></message>
<message><source>The list of runs {0} is damaged: {1}.</source><translation>Die Liste der Läufe {0} ist beschädigt: {1}.</translation></message>
<message><source>The list of runs {0} is missing.</source><translation>Die Liste der Läufe {0} fehlt.</translation></message>
<message><source>The list of runs {0} is of version {1}, not {2}.</source><translation>Die Liste der Läufe {0} hat die Version {1}, nicht {2}.</translation></message>
<message><source>The list that the table shows</source><translation>Die Liste, die die Tabelle zeigt</translation></message>
<message><source>The log of run '{0}' is closed.</source><translation>Das Protokoll des Laufs '{0}' ist geschlossen.</translation></message>
<message><source>The loop became a flow.foreach: it runs its body for each item, several at a time.</source><translation>Die Schleife wurde ein flow.foreach: Es führt seinen Rumpf für jedes Element aus, mehrere gleichzeitig.</translation></message>
<message><source>The machine; names of ~/.ssh/config work, too.</source><translation>Der Rechner; Namen aus ~/.ssh/config gehen auch.</translation></message>
<message><source>The mail server (IMAP).</source><translation>Der Mailserver (IMAP).</translation></message>
<message><source>The mail server (SMTP).</source><translation>Der Mailserver (SMTP).</translation></message>
<message><source>The message has {0} MiB, over the limit of 16 MiB.</source><translation>Die Nachricht hat {0} MiB, mehr als die Grenze von 16 MiB.</translation></message>
<message><source>The message, with the marks for bold and links that the service knows.</source><translation>Die Nachricht, mit den Zeichen für Fettdruck und Links, die der Dienst kennt.</translation></message>
<message><source>The messages cannot be marked as read: {0}.</source><translation>Die Nachrichten lassen sich nicht als gelesen kennzeichnen: {0}.</translation></message>
<message><source>The messages cannot be read: {0}.</source><translation>Die Nachrichten lassen sich nicht lesen: {0}.</translation></message>
<message><source>The method {0} is not supported; GET stands for it.</source><translation>Die Methode {0} wird nicht unterstützt; dafür steht GET.</translation></message>
<message><source>The middleware '{0}' cannot be loaded: {1}.</source><translation>Die Middleware '{0}' lässt sich nicht laden: {1}.</translation></message>
<message><source>The middleware name '{0}' is taken by a built-in layer.</source><translation>Den Namen '{0}' trägt schon eine eingebaute Middleware.</translation></message>
<message><source>The middleware of node {0} is a list of layers, not {1}.</source><translation>Die Middleware des Knotens {0} ist eine Liste von Schichten, nicht {1}.</translation></message>
<message><source>The middleware {0} must be an 'async def' function.</source><translation>Die Middleware {0} muss eine Funktion mit 'async def' sein.</translation></message>
<message><source>The middleware {0} must take (call_next, ctx).</source><translation>Die Middleware {0} muss (call_next, ctx) nehmen.</translation></message>
<message><source>The middleware {0}: a type of its options cannot be read: {1}.</source><translation>Die Middleware {0}: Ein Typ ihrer Optionen lässt sich nicht lesen: {1}.</translation></message>
<message><source>The model's answer does not fit, after a repair, too: {0}.</source><translation>Die Antwort des Modells passt auch nach einer Berichtigung nicht: {0}.</translation></message>
<message><source>The model's answer is not a JSON object: {0}. It begins with: {1}</source><translation>Die Antwort des Modells ist kein JSON-Objekt: {0}. Sie beginnt mit: {1}</translation></message>
<message><source>The most certainty asked for: 0 at most once, 1 at least once, 2 exactly once.</source><translation>Die höchste verlangte Sicherheit: 0 höchstens einmal, 1 mindestens einmal, 2 genau einmal.</translation></message>
<message><source>The most is {high:g}.</source><translation>Das Höchste ist {high:g}.</translation></message>
<message><source>The most rounds.</source><translation>Höchstzahl der Runden.</translation></message>
<message><source>The name is too long: '{0}'.</source><translation>Der Name ist zu lang: '{0}'.</translation></message>
<message><source>The name of a signal</source><translation>Der Name eines Signals</translation></message>
<message><source>The name of a signal is empty.</source><translation>Der Name eines Signals ist leer.</translation></message>
<message><source>The name of run '{0}' cannot be written: {1}.</source><translation>Der Name des Laufs '{0}' kann nicht geschrieben werden: {1}.</translation></message>
<message><source>The name of the secret cannot be noted: {value}.</source><translation>Der Name des Geheimnisses lässt sich nicht vermerken: {value}.</translation></message>
<message><source>The name of the secret that holds it.</source><translation>Der Name des Geheimnisses, das ihn enthält.</translation></message>
<message><source>The name of the secret that holds its address.</source><translation>Der Name des Geheimnisses, das seine Adresse enthält.</translation></message>
<message><source>The name of who answers</source><translation>Der Name dessen, der antwortet</translation></message>
<message><source>The name of {0} is no text in the encoding of this system, so a run cannot note it.</source><translation>Der Name von {0} ist kein Text in der Kodierung dieses Systems, ein Lauf kann ihn also nicht festhalten.</translation></message>
<message><source>The name {0} cannot be found.</source><translation>Der Name {0} ist nicht zu finden.</translation></message>
<message><source>The name “{doubled}” is used twice.</source><translation>Der Name „{doubled}“ kommt zweimal vor.</translation></message>
<message><source>The name “{doubled}” is used twice; give one of them another name.</source><translation>Der Name „{doubled}“ kommt zweimal vor; geben Sie einem davon einen anderen.</translation></message>
<message><source>The name “{new}” is taken.</source><translation>Der Name „{new}“ ist vergeben.</translation></message>
<message><source>The next page, at {0}, is on another server than the first.</source><translation>Die nächste Seite, bei {0}, ist auf einem anderen Server als die erste.</translation></message>
<message><source>The node calls {path}, relative to this workflow.</source><translation>Der Knoten ruft {path} auf, bezogen auf diesen Workflow.</translation></message>
<message><source>The node id {0} is not an id.</source><translation>Die Kennung {0} des Knotens ist keine Kennung.</translation></message>
<message><source>The node {0}</source><translation>Der Knoten {0}</translation></message>
<message><source>The node {0} is inside {1}, which runs or is taken over as a whole.</source><translation>Der Knoten {0} ist in {1}, das als Ganzes läuft oder übernommen wird.</translation></message>
<message><source>The node {0} is there twice.</source><translation>Den Knoten {0} gibt es zweimal.</translation></message>
<message><source>The node {0} to run from does not lead to {1}.</source><translation>Der Knoten {0}, ab dem ausgeführt werden soll, führt nicht zu {1}.</translation></message>
<message><source>The node's output; without it, the message.</source><translation>Die Ausgabe des Knotens; ohne Angabe die Nachricht.</translation></message>
<message><source>The nodes are in different containers: select nodes of one container, or the containers.</source><translation>Die Knoten sind in verschiedenen Behältern: Wählen Sie Knoten eines Behälters oder die Behälter selbst.</translation></message>
<message><source>The nodes that made the run as long as it was: each let the next one begin</source><translation>Die Knoten, die den Lauf so lang machten: Jeder ließ den nächsten beginnen</translation></message>
<message><source>The object to start from when 'keep' is all, such as {{ nodes.check.output }}.</source><translation>Das Objekt, von dem ausgegangen wird, wenn 'keep' all ist, etwa {{ nodes.check.output }}.</translation></message>
<message><source>The object {0}</source><translation>Das Objekt {0}</translation></message>
<message><source>The option --{0} was left out.</source><translation>Die Option --{0} wurde weggelassen.</translation></message>
<message><source>The option --{0} {1} was left out.</source><translation>Die Option --{0} {1} wurde weggelassen.</translation></message>
<message><source>The option {0} was left out.</source><translation>Die Option {0} wurde weggelassen.</translation></message>
<message><source>The other process closed the connection.</source><translation>Der andere Prozess schloss die Verbindung.</translation></message>
<message><source>The other process ended before it answered.</source><translation>Der andere Prozess endete, bevor er antwortete.</translation></message>
<message><source>The other process ended while its events were being followed.</source><translation>Der andere Prozess endete, während seinen Ereignissen gefolgt wurde.</translation></message>
<message><source>The output instead; expressions see error.kind, error.message and params.</source><translation>Die Ausgabe stattdessen; Ausdrücke sehen error.kind, error.message und params.</translation></message>
<message><source>The output is not JSON: {0}. It begins with: {1}</source><translation>Die Ausgabe ist kein JSON: {0}. Sie beginnt mit: {1}</translation></message>
<message><source>The output is over {0} MiB and was not read as JSON.</source><translation>Die Ausgabe ist über {0} MiB groß und wurde nicht als JSON gelesen.</translation></message>
<message><source>The output of “{title}” cannot be read: {error}</source><translation>Die Ausgabe von „{title}“ lässt sich nicht lesen: {error}</translation></message>
<message><source>The output of “{title}” holds bytes, dates or decimals, which a pin cannot.</source><translation>Die Ausgabe von „{title}“ enthält Bytes, Daten oder Dezimalzahlen, die sich nicht anheften lassen.</translation></message>
<message><source>The output of “{title}” is larger than 1 MiB, too large for the definition file.</source><translation>Die Ausgabe von „{title}“ ist größer als 1 MiB, zu groß für die Datei der Definition.</translation></message>
<message><source>The parameters or the output.</source><translation>Die Parameter oder die Ausgabe.</translation></message>
<message><source>The part after</source><translation>Der Teil danach</translation></message>
<message><source>The part before</source><translation>Der Teil davor</translation></message>
<message><source>The payload is not added to the command: write it as {{{{ ... }}}} where it belongs.</source><translation>Die Nutzlast wird nicht an den Befehl angehängt: Schreiben Sie sie als {{{{ ... }}}} dorthin, wohin sie gehört.</translation></message>
<message><source>The payload of the signal {0}</source><translation>Der Inhalt des Signals {0}</translation></message>
<message><source>The period: seconds, or 250ms, 1s, 5m.</source><translation>Der Zeitraum: Sekunden oder 250ms, 1s, 5m.</translation></message>
<message><source>The point in time, in ISO 8601 with a zone (2026-01-31T18:00:00Z) or as seconds since 1970. A past one is over at once.</source><translation>Der Zeitpunkt, in ISO 8601 mit Zeitzone (2026-01-31T18:00:00Z) oder als Sekunden seit 1970. Ein vergangener ist sofort vorbei.</translation></message>
<message><source>The port that fires when no case holds, true for one that is called default; without it that is a validation_error.</source><translation>Der Ausgang, der feuert, wenn kein Fall gilt; true für einen, der default heißt. Ohne Angabe ist das ein validation_error.</translation></message>
<message><source>The port that fires when no label fits; without it the model must choose one.</source><translation>Der Ausgang, der feuert, wenn kein Etikett passt; ohne Angabe muss das Modell eines wählen.</translation></message>
<message><source>The port that fires.</source><translation>Der Ausgang, der feuert.</translation></message>
<message><source>The private key cannot be used: {0}.</source><translation>Der private Schlüssel ist nicht zu benutzen: {0}.</translation></message>
<message><source>The process at {0} refused the connection or is not an engine.</source><translation>Der Prozess unter {0} lehnte die Verbindung ab oder ist keine Engine.</translation></message>
<message><source>The process of this run had ended; going on from the journal</source><translation>Der Prozess dieses Laufs war beendet; es geht aus dem Journal weiter</translation></message>
<message><source>The program '{0}' cannot be started: {1}.</source><translation>Das Programm '{0}' kann nicht gestartet werden: {1}.</translation></message>
<message><source>The program '{0}' may not be run.</source><translation>Das Programm '{0}' darf nicht ausgeführt werden.</translation></message>
<message><source>The program '{0}' was not found.</source><translation>Das Programm '{0}' wurde nicht gefunden.</translation></message>
<message><source>The query parameter that asks for it; by default page or cursor. Pages are counted from the value in 'query', else from 1.</source><translation>Der Adressparameter, der danach fragt; Vorgabe: page oder cursor. Seiten werden ab dem Wert in 'query' gezählt, sonst ab 1.</translation></message>
<message><source>The question, in Markdown, with what one must know to answer it.</source><translation>Die Frage, in Markdown, mit dem, was man wissen muss, um sie zu beantworten.</translation></message>
<message><source>The question.</source><translation>Die Frage.</translation></message>
<message><source>The quick fix could not be applied.</source><translation>Die schnelle Behebung ließ sich nicht anwenden.</translation></message>
<message><source>The regular expression {0} takes longer than {1} s and was stopped.</source><translation>Der reguläre Ausdruck {0} dauert länger als {1} s und wurde gestoppt.</translation></message>
<message><source>The repair does not fit: {0}</source><translation>Die Behebung passt nicht: {0}</translation></message>
<message><source>The repair no longer fits the definition.</source><translation>Die Behebung passt nicht mehr zur Definition.</translation></message>
<message><source>The report below holds versions, the error and the program's log, and nothing of your workflows.</source><translation>Der Bericht unten enthält Versionen, den Fehler und das Programmprotokoll, und nichts von Ihren Workflows.</translation></message>
<message><source>The report cannot be written: {error}</source><translation>Der Bericht lässt sich nicht schreiben: {error}</translation></message>
<message><source>The report was declined; nothing was written.</source><translation>Der Bericht wurde abgelehnt; nichts wurde geschrieben.</translation></message>
<message><source>The repository belongs to somebody else, so git does not read it.</source><translation>Das Repository gehört jemand anderem, darum liest git es nicht.</translation></message>
<message><source>The request 'events' has wrong arguments.</source><translation>Die Anfrage 'events' hat falsche Argumente.</translation></message>
<message><source>The result cannot be sent: {0}.</source><translation>Das Ergebnis kann nicht gesendet werden: {0}.</translation></message>
<message><source>The result has more than {0} rows.</source><translation>Das Ergebnis hat mehr als {0} Zeilen.</translation></message>
<message><source>The result is a method, not a value.</source><translation>Das Ergebnis ist eine Methode, kein Wert.</translation></message>
<message><source>The result is an object with the key {0}; keys must be text.</source><translation>Das Ergebnis ist ein Objekt mit dem Schlüssel {0}; Schlüssel müssen Text sein.</translation></message>
<message><source>The result is of type {0}, which is not a value.</source><translation>Das Ergebnis ist vom Typ {0}, das ist kein Wert.</translation></message>
<message><source>The result lies outside the calendar, or 'format' cannot be written.</source><translation>Das Ergebnis liegt außerhalb des Kalenders, oder 'format' lässt sich nicht schreiben.</translation></message>
<message><source>The result of {0} is longer than {1} bytes.</source><translation>Das Ergebnis von {0} ist länger als {1} Bytes.</translation></message>
<message><source>The result {0} is not a finite number.</source><translation>Das Ergebnis {0} ist keine endliche Zahl.</translation></message>
<message><source>The row was there when asked {0}.</source><translation>Die Zeile war da, gefragt {0}.</translation></message>
<message><source>The rows have {0}.</source><translation>Die Zeilen haben {0}.</translation></message>
<message><source>The rows that are looked up; the same.</source><translation>Die Zeilen, in denen nachgeschlagen wird; ebenso.</translation></message>
<message><source>The rows that lead: a list of objects, or a reference to a table.</source><translation>Die führenden Zeilen: eine Liste von Objekten oder ein Verweis auf eine Tabelle.</translation></message>
<message><source>The rows: a list of objects, or a reference to a table, which is read in batches.</source><translation>Die Zeilen: eine Liste von Objekten oder ein Verweis auf eine Tabelle, die in Stapeln gelesen wird.</translation></message>
<message><source>The rule '{0} {1}' was not converted.</source><translation>Die Regel '{0} {1}' wurde nicht umgewandelt.</translation></message>
<message><source>The rule '{0}' was not converted; it is false now.</source><translation>Die Regel '{0}' wurde nicht umgewandelt; sie ist jetzt falsch.</translation></message>
<message><source>The run before goes on waiting: {run_id} is in the list of runs.</source><translation>Der vorige Lauf wartet weiter: {run_id} steht in der Liste der Läufe.</translation></message>
<message><source>The run can go over to the edited definition when it is paused, waits or has failed.</source><translation>Der Lauf kann zur bearbeiteten Definition übergehen, wenn er pausiert ist, wartet oder fehlgeschlagen ist.</translation></message>
<message><source>The run could not be recorded.</source><translation>Der Lauf konnte nicht verzeichnet werden.</translation></message>
<message><source>The run failed at “{name}”.</source><translation>Der Lauf ist bei „{name}“ fehlgeschlagen.</translation></message>
<message><source>The run failed.</source><translation>Der Lauf ist fehlgeschlagen.</translation></message>
<message><source>The run gave nothing back.</source><translation>Der Lauf hat nichts zurückgegeben.</translation></message>
<message><source>The run goes on when the call fails: set that back first.</source><translation>Der Lauf geht weiter, wenn der Aufruf fehlschlägt: Stellen Sie das zuerst zurück.</translation></message>
<message><source>The run goes on with its own definition: what you edited since is not in it.</source><translation>Der Lauf geht mit seiner eigenen Definition weiter: Was Sie seither bearbeitet haben, ist nicht darin.</translation></message>
<message><source>The run goes on. Open it again from the run history.</source><translation>Der Lauf geht weiter. Öffnen Sie ihn wieder aus der Liste der Läufe.</translation></message>
<message><source>The run had version {ran}, editing version {edited}</source><translation>Der Lauf hatte Fassung {ran}, bearbeitet wird Fassung {edited}</translation></message>
<message><source>The run is paused: Resume carries it out.</source><translation>Der Lauf ist pausiert: „Fortsetzen“ führt es aus.</translation></message>
<message><source>The run is whole: a snapshot behind the damage holds its state, so that 'floworch show' and 'floworch resume' work. Only its history cannot be read: restore the file from a backup to have it again. 'floworch doctor --salvage {0}' would take the run back to its first {1} events.</source><translation>Der Lauf ist ganz: Ein Zwischenstand hinter dem Schaden enthält seinen Zustand, sodass 'floworch show' und 'floworch resume' arbeiten. Nur seine Geschichte ist nicht zu lesen: Holen Sie die Datei aus einer Sicherung zurück, um sie zurückzubekommen. 'floworch doctor --salvage {0}' brächte den Lauf auf seine ersten {1} Ereignisse zurück.</translation></message>
<message><source>The run passes through this node without running it.</source><translation>Der Lauf geht durch diesen Knoten hindurch, ohne ihn auszuführen.</translation></message>
<message><source>The run store cannot be read.</source><translation>Die Ablage der Läufe lässt sich nicht lesen.</translation></message>
<message><source>The run, which waits, is paused for it and goes on waiting then.</source><translation>Der Lauf, der wartet, wird dafür pausiert und wartet danach weiter.</translation></message>
<message><source>The same of the right rows.</source><translation>Ebenso für die rechten Zeilen.</translation></message>
<message><source>The scheduler at {0} cannot be joined: {1}.</source><translation>Dem Planer unter {0} lässt sich nicht beitreten: {1}.</translation></message>
<message><source>The scheduler at {0} does not answer{1}.</source><translation>Der Planer unter {0} antwortet nicht{1}.</translation></message>
<message><source>The scheduler of the cluster at {0} cannot be reached{1}.</source><translation>Der Planer des Clusters unter {0} ist nicht zu erreichen{1}.</translation></message>
<message><source>The secret with the webhook of {0} does not hold a web address.</source><translation>Das Geheimnis mit dem Webhook von {0} enthält keine Webadresse.</translation></message>
<message><source>The secret {0} is kept in a keyring: {1}</source><translation>Das Geheimnis {0} ist in einem Schlüsselbund aufgehoben: {1}</translation></message>
<message><source>The secret {0} is not set on this machine.</source><translation>Das Geheimnis {0} ist auf diesem Rechner nicht gesetzt.</translation></message>
<message><source>The selected nodes begin by different branches, of which a call can have only one.</source><translation>Die ausgewählten Knoten beginnen an verschiedenen Zweigen, von denen ein Aufruf nur einen haben kann.</translation></message>
<message><source>The server describes a message in a way that cannot be read.</source><translation>Der Server beschreibt eine Nachricht so, dass sie nicht zu lesen ist.</translation></message>
<message><source>The server did not introduce itself.</source><translation>Der Server stellte sich nicht vor.</translation></message>
<message><source>The server does not know the token.</source><translation>Der Server kennt das Token nicht.</translation></message>
<message><source>The server does not understand the search {0}: {1}.</source><translation>Der Server versteht die Suche {0} nicht: {1}.</translation></message>
<message><source>The server failed; it may not the next time: give the node a 'retry', or look at the server's log.</source><translation>Der Server scheiterte; beim nächsten Mal vielleicht nicht: Geben Sie dem Knoten ein 'retry', oder sehen Sie im Protokoll des Servers nach.</translation></message>
<message><source>The server of its credentials was not taken over: set host, user and password.</source><translation>Der Server seiner Zugangsdaten wurde nicht übernommen: Setzen Sie Rechner, Benutzer und Passwort.</translation></message>
<message><source>The server refused the token.</source><translation>Der Server lehnte das Token ab.</translation></message>
<message><source>The server speaks protocol {0}, this program {1}.</source><translation>Der Server spricht das Protokoll {0}, dieses Programm {1}.</translation></message>
<message><source>The server wants fewer requests: give the node a 'retry' with a longer delay, or a 'rate_limit' layer.</source><translation>Der Server will weniger Anfragen: Geben Sie dem Knoten ein 'retry' mit längerer Wartezeit oder eine Schicht 'rate_limit'.</translation></message>
<message><source>The service ended unexpectedly.</source><translation>Der Dienst ist unerwartet beendet.</translation></message>
<message><source>The service is not running.</source><translation>Der Dienst läuft nicht.</translation></message>
<message><source>The service of {0} cannot be started: {1}.</source><translation>Der Dienst von {0} kann nicht gestartet werden: {1}.</translation></message>
<message><source>The signal's name.</source><translation>Der Name des Signals.</translation></message>
<message><source>The start {0}{1} was left out: runs are started by hand.</source><translation>Der Start {0}{1} wurde weggelassen: Läufe werden von Hand gestartet.</translation></message>
<message><source>The statement and 'params' do not fit: {0}.</source><translation>Die Anweisung und 'params' passen nicht zusammen: {0}.</translation></message>
<message><source>The statement gives no rows.</source><translation>Die Anweisung gibt keine Zeilen.</translation></message>
<message><source>The statement writes, and db.query only reads.</source><translation>Die Anweisung schreibt, und db.query liest nur.</translation></message>
<message><source>The status of the answer.</source><translation>Der Status der Antwort.</translation></message>
<message><source>The store failed: {0}.</source><translation>Der Speicher ist fehlgeschlagen: {0}.</translation></message>
<message><source>The store {0} cannot be used: {1}.</source><translation>Der Speicher {0} kann nicht benutzt werden: {1}.</translation></message>
<message><source>The store {0} cannot be written: {1}.</source><translation>Der Speicher {0} kann nicht beschrieben werden: {1}.</translation></message>
<message><source>The store {0} has the format {1}, which this version does not know.</source><translation>Der Speicher {0} hat das Format {1}, das diese Version nicht kennt.</translation></message>
<message><source>The subject holds a line break.</source><translation>Der Betreff enthält einen Zeilenumbruch.</translation></message>
<message><source>The subject, one line.</source><translation>Der Betreff, eine Zeile.</translation></message>
<message><source>The system may have stopped it because memory ran out.</source><translation>Vielleicht hat das System ihn beendet, weil der Speicher ausging.</translation></message>
<message><source>The table '{0}' has no column {1}.</source><translation>Die Tabelle '{0}' hat keine Spalte {1}.</translation></message>
<message><source>The table '{0}' has no unique index on {1}.</source><translation>Die Tabelle '{0}' hat keinen eindeutigen Index über {1}.</translation></message>
<message><source>The tags of {0} ask for a worker of a cluster, and it does not run on one.</source><translation>Die Schlagworte von {0} verlangen einen Arbeiter eines Clusters, und er läuft auf keinem.</translation></message>
<message><source>The target '{0}' lies inside the source '{1}'.</source><translation>Das Ziel '{0}' liegt in der Quelle '{1}'.</translation></message>
<message><source>The team lead</source><translation>Die Teamleitung</translation></message>
<message><source>The text holds a secret and is not put on the clipboard.</source><translation>Der Text enthält ein Geheimnis und kommt nicht in die Zwischenablage.</translation></message>
<message><source>The text is too long for {0} and was cut after {1} characters.</source><translation>Der Text ist für {0} zu lang und wurde nach {1} Zeichen abgeschnitten.</translation></message>
<message><source>The text of {0} is longer than {1} bytes.</source><translation>Der Text von {0} ist länger als {1} Bytes.</translation></message>
<message><source>The text.</source><translation>Der Text.</translation></message>
<message><source>The time that is subtracted.</source><translation>Die Zeit, die abgezogen wird.</translation></message>
<message><source>The time {0} lies outside the calendar.</source><translation>Die Zeit {0} liegt außerhalb des Kalenders.</translation></message>
<message><source>The timeout of {0} bounds an attempt, not how long {1} waits.</source><translation>Die Zeitgrenze von {0} begrenzt einen Versuch, nicht, wie lange {1} wartet.</translation></message>
<message><source>The top-level object</source><translation>Das oberste Objekt</translation></message>
<message><source>The trigger {0} is inside {1}: a run starts at the top level.</source><translation>Der Auslöser {0} ist in {1}: Ein Lauf beginnt auf der obersten Ebene.</translation></message>
<message><source>The trigger {0}{1} was left out: runs are started by hand.</source><translation>Der Auslöser {0}{1} wurde weggelassen: Läufe werden von Hand gestartet.</translation></message>
<message><source>The triggers of one workflow are active</source><translation>Die Auslöser eines Workflows sind aktiv</translation></message>
<message><source>The triggers of {n} workflows are active</source><translation>Die Auslöser von {n} Workflows sind aktiv</translation></message>
<message><source>The type of each column.</source><translation>Der Typ jeder Spalte.</translation></message>
<message><source>The user or the password holds a line break or a null.</source><translation>Der Benutzer oder das Passwort enthält einen Zeilenumbruch oder ein Nullzeichen.</translation></message>
<message><source>The user root was left out: commands run as whoever runs the workflow.</source><translation>Der Benutzer root wurde weggelassen: Befehle laufen als der, der den Workflow ausführt.</translation></message>
<message><source>The value does not pass '{0}'.</source><translation>Der Wert besteht '{0}' nicht.</translation></message>
<message><source>The value does not pass the check.</source><translation>Der Wert besteht die Prüfung nicht.</translation></message>
<message><source>The value for '{0}' has {1} MiB, over the limit of {2} MiB.</source><translation>Der Wert für '{0}' hat {1} MiB, mehr als die Grenze von {2} MiB.</translation></message>
<message><source>The value for '{0}' holds a secret and is not kept.</source><translation>Der Wert für '{0}' enthält ein Geheimnis und wird nicht aufgehoben.</translation></message>
<message><source>The value is kept in the keyring ({where}). The definition holds the name only.</source><translation>Der Wert wird im Schlüsselbund ({where}) aufgehoben. Die Definition enthält nur den Namen.</translation></message>
<message><source>The value is nested too deep for an expression.</source><translation>Der Wert ist für einen Ausdruck zu tief verschachtelt.</translation></message>
<message><source>The value of the header {0} is not kept: floworch secrets set {1} takes {2}.</source><translation>Der Wert der Kopfzeile {0} wird nicht aufbewahrt: Geben Sie ihn mit floworch secrets set {1} ein ({2}).</translation></message>
<message><source>The value that 'value' must equal.</source><translation>Der Wert, dem 'value' gleichen muss.</translation></message>
<message><source>The value {0} of type {1} was not converted.</source><translation>Der Wert {0} vom Typ {1} wurde nicht umgewandelt.</translation></message>
<message><source>The values it may have.</source><translation>Die Werte, die es haben darf.</translation></message>
<message><source>The way back to {0} makes a circle and was left out: use flow.repeat or flow.foreach.</source><translation>Der Weg zurück zu {0} ergibt einen Kreis und wurde weggelassen: Nehmen Sie flow.repeat oder flow.foreach.</translation></message>
<message><source>The webhook of ntfy names no topic.</source><translation>Der Webhook von ntfy nennt kein Thema.</translation></message>
<message><source>The webhook of telegram names no chat.</source><translation>Der Webhook von Telegram nennt keinen Chat.</translation></message>
<message><source>The wheel zooms</source><translation>Das Mausrad zoomt</translation></message>
<message><source>The window ended without saving them. They are from {at}.</source><translation>Das Fenster endete, ohne sie zu speichern. Sie sind von {at}.</translation></message>
<message><source>The worker pool is closed.</source><translation>Die Arbeitsprozesse sind geschlossen.</translation></message>
<message><source>The worker process closed its connection before the job was done</source><translation>Der Arbeitsprozess schloss seine Verbindung, bevor die Arbeit getan war</translation></message>
<message><source>The worker process ended before the job did, with {0}</source><translation>Der Arbeitsprozess endete vor der Arbeit, mit {0}</translation></message>
<message><source>The worker process was not ready within {0} seconds.</source><translation>Der Arbeitsprozess war nicht innerhalb von {0} Sekunden bereit.</translation></message>
<message><source>The workers of the cluster {0} do not answer{1}.</source><translation>Die Arbeiter des Clusters {0} antworten nicht{1}.</translation></message>
<message><source>The workflow cannot be activated yet.</source><translation>Der Workflow lässt sich noch nicht aktivieren.</translation></message>
<message><source>The workflow cannot run yet.</source><translation>Der Workflow ist noch nicht ausführbar.</translation></message>
<message><source>The workflow has more than one retry layer.</source><translation>Der Workflow hat mehr als eine Schicht für Neuversuche.</translation></message>
<message><source>The workflow has no node {0}.</source><translation>Der Workflow hat keinen Knoten {0}.</translation></message>
<message><source>The workflow has no nodes.</source><translation>Der Workflow hat keine Knoten.</translation></message>
<message><source>The workflow id {0} is not an id.</source><translation>Die Kennung {0} des Workflows ist keine Kennung.</translation></message>
<message><source>The workflow {0}</source><translation>Der Workflow {0}</translation></message>
<message><source>The workflow {0} calls itself: {1}.</source><translation>Der Workflow {0} ruft sich selbst auf: {1}.</translation></message>
<message><source>The workflow {0} cannot run on this machine</source><translation>Der Workflow {0} kann auf diesem Rechner nicht laufen</translation></message>
<message><source>The workflow {0} has no input {1}.</source><translation>Der Workflow {0} hat keine Eingabe {1}.</translation></message>
<message><source>The workflow {0} has no node {1}.</source><translation>Der Workflow {0} hat keinen Knoten {1}.</translation></message>
<message><source>The workflow {0} is not valid: {1}</source><translation>Der Workflow {0} ist nicht gültig: {1}</translation></message>
<message><source>The workflow {0} needs the input{1} {2}.</source><translation>Der Workflow {0} braucht die Eingabe{1} {2}.</translation></message>
<message><source>The {0} '{1}' does not exist.</source><translation>'{1}' gibt es nicht ({0}).</translation></message>
<message><source>The {0} events before it are intact. Restore the file from a backup, or keep those with 'floworch doctor --salvage {1}'.</source><translation>Die {0} Ereignisse davor sind unversehrt. Holen Sie die Datei aus einer Sicherung zurück, oder behalten Sie jene mit 'floworch doctor --salvage {1}'.</translation></message>
<message><source>The {0} {1} cannot be loaded: {2}.</source><translation>{0} {1} lässt sich nicht laden: {2}.</translation></message>
<message><source>Their journals, their results and their logs go for ever.</source><translation>Ihre Journale, ihre Ergebnisse und ihre Protokolle sind dann für immer fort.</translation></message>
<message><source>Their triggers start runs while the window is closed.</source><translation>Ihre Auslöser starten Läufe, während das Fenster geschlossen ist.</translation></message>
<message><source>Theme</source><translation>Farben</translation></message>
<message><source>There are more pages than {0}; raise max_pages to read them.</source><translation>Es gibt mehr als {0} Seiten; erhöhen Sie max_pages, um sie zu lesen.</translation></message>
<message><source>There are no connections yet. A field of an action that takes one offers to make it, too.</source><translation>Es gibt noch keine Verbindungen. Auch das Feld einer Aktion, die eine braucht, bietet an, sie anzulegen.</translation></message>
<message><source>There are no secrets yet. A field of an action that takes one offers to make it, too.</source><translation>Es gibt noch keine Geheimnisse. Ein Feld einer Aktion, das eines nimmt, bietet auch an, es anzulegen.</translation></message>
<message><source>There are no worker processes here.</source><translation>Hier gibt es keine Arbeitsprozesse.</translation></message>
<message><source>There are {0} files; a bundle holds {1} files and {2} MiB at most.</source><translation>Es sind {0} Dateien; ein Bündel fasst höchstens {1} Dateien und {2} MiB.</translation></message>
<message><source>There is a connection {name} already. Choose another name.</source><translation>Es gibt schon eine Verbindung {name}. Wählen Sie einen anderen Namen.</translation></message>
<message><source>There is a parameter set “{name}” already.</source><translation>Es gibt schon einen Parametersatz „{name}“.</translation></message>
<message><source>There is a run {0} already that this node has not begun.</source><translation>Es gibt schon einen Lauf {0}, den dieser Knoten nicht begonnen hat.</translation></message>
<message><source>There is already a node {0}.</source><translation>Es gibt schon einen Knoten {0}.</translation></message>
<message><source>There is already a run '{0}' in {1}.</source><translation>Es gibt bereits einen Lauf '{0}' in {1}.</translation></message>
<message><source>There is already a run '{0}'.</source><translation>Es gibt bereits einen Lauf '{0}'.</translation></message>
<message><source>There is no action '{0}'.</source><translation>Es gibt keine Aktion '{0}'.</translation></message>
<message><source>There is no action {0}.</source><translation>Es gibt keine Aktion {0}.</translation></message>
<message><source>There is no action “{name}”. The list of shortcuts names them all.</source><translation>Es gibt keine Aktion „{name}“. Die Liste der Tastenkürzel nennt alle.</translation></message>
<message><source>There is no bookmark {number}: Ctrl+{number} sets it here</source><translation>Es gibt kein Lesezeichen {number}: Strg+{number} setzt es hier</translation></message>
<message><source>There is no clipboard to {0}.</source><translation>Es gibt keine Zwischenablage zum {0}.</translation></message>
<message><source>There is no code.</source><translation>Es gibt keinen Code.</translation></message>
<message><source>There is no column '{0}'.</source><translation>Es gibt keine Spalte '{0}'.</translation></message>
<message><source>There is no command.</source><translation>Es gibt keinen Befehl.</translation></message>
<message><source>There is no completed run of {0} that has a result of {1}.</source><translation>Es gibt keinen abgeschlossenen Lauf von {0}, der ein Ergebnis von {1} hat.</translation></message>
<message><source>There is no completed run of {0} to compare with.</source><translation>Es gibt keinen abgeschlossenen Lauf von {0}, mit dem verglichen werden könnte.</translation></message>
<message><source>There is no connection to {0}: {1}.</source><translation>Es gibt keine Verbindung zu {0}: {1}.</translation></message>
<message><source>There is no connection {0} on this machine.</source><translation>Auf diesem Rechner gibt es keine Verbindung {0}.</translation></message>
<message><source>There is no connection.</source><translation>Es gibt keine Verbindung.</translation></message>
<message><source>There is no desktop to open {0} on.</source><translation>Es gibt keine Arbeitsfläche, auf der sich {0} öffnen ließe.</translation></message>
<message><source>There is no durability {0}.</source><translation>Es gibt keine Dauerhaftigkeit {0}.</translation></message>
<message><source>There is no encoding named '{0}'.</source><translation>Es gibt keine Kodierung namens '{0}'.</translation></message>
<message><source>There is no file '{0}' on {1}.</source><translation>Auf {1} gibt es keine Datei '{0}'.</translation></message>
<message><source>There is no file '{0}'.</source><translation>Es gibt keine Datei '{0}'.</translation></message>
<message><source>There is no file or folder '{0}'.</source><translation>Es gibt keine Datei und keinen Ordner '{0}'.</translation></message>
<message><source>There is no file {0}.</source><translation>Es gibt keine Datei {0}.</translation></message>
<message><source>There is no folder '{0}'.</source><translation>Es gibt keinen Ordner '{0}'.</translation></message>
<message><source>There is no folder {0} to start the run in.</source><translation>Es gibt keinen Ordner {0}, in dem der Lauf beginnen könnte.</translation></message>
<message><source>There is no folder {0}.</source><translation>Es gibt keinen Ordner {0}.</translation></message>
<message><source>There is no function {0} (character {1}).</source><translation>Es gibt keine Funktion {0} (Zeichen {1}).</translation></message>
<message><source>There is no function {0}.</source><translation>Es gibt keine Funktion {0}.</translation></message>
<message><source>There is no input {0}.</source><translation>Es gibt keine Eingabe {0}.</translation></message>
<message><source>There is no log level {0}.</source><translation>Es gibt keine Stufe {0} des Protokolls.</translation></message>
<message><source>There is no middleware {0}.</source><translation>Es gibt keine Middleware {0}.</translation></message>
<message><source>There is no node {0}.</source><translation>Es gibt keinen Knoten {0}.</translation></message>
<message><source>There is no node {key!r}.</source><translation>Es gibt keinen Knoten {key!r}.</translation></message>
<message><source>There is no object '{0}' in {1}.</source><translation>In {1} gibt es kein Objekt '{0}'.</translation></message>
<message><source>There is no other run to compare it with.</source><translation>Es gibt keinen anderen Lauf zum Vergleichen.</translation></message>
<message><source>There is no other version yet. Save the workflow, run it, or commit its file with git.</source><translation>Es gibt noch keine andere Fassung. Speichern Sie den Workflow, führen Sie ihn aus, oder übergeben Sie seine Datei an git.</translation></message>
<message><source>There is no panel '{panel}'.
Known: {known}</source><translation>Es gibt keinen Bereich '{panel}'.
Bekannt: {known}</translation></message>
<message><source>There is no panel “{panel}”.</source><translation>Es gibt keinen Bereich „{panel}“.</translation></message>
<message><source>There is no parameter '{0}'.</source><translation>Es gibt keinen Parameter '{0}'.</translation></message>
<message><source>There is no permission to copy '{0}' ({1}).</source><translation>Um '{0}' zu kopieren, fehlen die Rechte ({1}).</translation></message>
<message><source>There is no permission to delete '{0}' ({1}).</source><translation>Um '{0}' zu löschen, fehlen die Rechte ({1}).</translation></message>
<message><source>There is no permission to list '{0}' ({1}).</source><translation>Um '{0}' aufzulisten, fehlen die Rechte ({1}).</translation></message>
<message><source>There is no permission to move '{0}' ({1}).</source><translation>Um '{0}' zu verschieben, fehlen die Rechte ({1}).</translation></message>
<message><source>There is no permission to read '{0}' ({1}).</source><translation>Um '{0}' zu lesen, fehlen die Rechte ({1}).</translation></message>
<message><source>There is no permission to write '{0}' ({1}).</source><translation>Um '{0}' zu schreiben, fehlen die Rechte ({1}).</translation></message>
<message><source>There is no permission to write to {0}: {1}.</source><translation>Für {0} fehlen die Rechte zum Schreiben: {1}.</translation></message>
<message><source>There is no permission to {0} '{1}' ({2}).</source><translation>Für '{1}' fehlen die Rechte ({0}: {2}).</translation></message>
<message><source>There is no permission to {0} everything: '{1}': {2}</source><translation>Nicht für alles sind die Rechte da ({0}): '{1}': {2}</translation></message>
<message><source>There is no preset “{name}”. Known: {known}.</source><translation>Es gibt keine Vorlage „{name}“. Bekannt sind: {known}.</translation></message>
<message><source>There is no repair {0}.</source><translation>Es gibt keine Behebung {0}.</translation></message>
<message><source>There is no run '{0}' in {1}.</source><translation>Es gibt keinen Lauf '{0}' in {1}.</translation></message>
<message><source>There is no run '{0}'.</source><translation>Es gibt keinen Lauf '{0}'.</translation></message>
<message><source>There is no setting '{0}'. {1}</source><translation>Es gibt keine Einstellung '{0}'. {1}</translation></message>
<message><source>There is no sheet '{0}'.</source><translation>Es gibt kein Blatt '{0}'.</translation></message>
<message><source>There is no start of the machine to wait for: run it from your system.</source><translation>Auf den Start des Rechners kann nicht gewartet werden: Starten Sie den Workflow aus Ihrem System.</translation></message>
<message><source>There is no statement.</source><translation>Es gibt keine Anweisung.</translation></message>
<message><source>There is no step in it to import.</source><translation>Es gibt darin keinen Schritt zu importieren.</translation></message>
<message><source>There is no store at that place yet: name its folder with --store, or start a run there.</source><translation>Dort gibt es noch keinen Speicher: Nennen Sie seinen Ordner mit --store, oder starten Sie dort einen Lauf.</translation></message>
<message><source>There is no store at {0}.</source><translation>Unter {0} gibt es keinen Speicher.</translation></message>
<message><source>There is no such node.</source><translation>Es gibt keinen solchen Knoten.</translation></message>
<message><source>There is no time zone '{0}' on this machine.</source><translation>Auf diesem Rechner gibt es keine Zeitzone '{0}'.</translation></message>
<message><source>There is no trash for '{0}': {1}.</source><translation>Für '{0}' gibt es keinen Papierkorb: {1}.</translation></message>
<message><source>There is no type {0} of connections.</source><translation>Es gibt keine Art {0} von Verbindungen.</translation></message>
<message><source>There is no way {0} to log in.</source><translation>Es gibt keinen Weg {0}, sich anzumelden.</translation></message>
<message><source>There is no way {0} to settle a doubt.</source><translation>Es gibt keinen Weg {0}, einen Zweifel zu klären.</translation></message>
<message><source>There is no {0} (character {1}): values are JSON, not objects of Python.</source><translation>Es gibt kein {0} (Zeichen {1}): Werte sind JSON, keine Objekte von Python.</translation></message>
<message><source>There is no {0} {1} (character {2}).</source><translation>Es gibt kein {0} {1} (Zeichen {2}).</translation></message>
<message><source>There is no {0} {1}.</source><translation>Es gibt kein {0} {1}.</translation></message>
<message><source>There is nothing at '{0}'.</source><translation>Bei '{0}' steht nichts.</translation></message>
<message><source>There is nothing called {0} here.</source><translation>Hier heißt nichts {0}.</translation></message>
<message><source>There is nothing here that reaches a cluster.</source><translation>Hier ist nichts, was einen Cluster erreicht.</translation></message>
<message><source>There is nothing in it.</source><translation>Es ist nichts darin.</translation></message>
<message><source>There is run.id, run.workflow and run.trigger.</source><translation>Es gibt run.id, run.workflow und run.trigger.</translation></message>
<message><source>There is {0}, and filters.</source><translation>Es gibt {0} und Filter.</translation></message>
<message><source>There is {0}.</source><translation>Es gibt {0}.</translation></message>
<message><source>There is: {0}.</source><translation>Es gibt: {0}.</translation></message>
<message><source>There is: {0}{1}.</source><translation>Es gibt: {0}{1}.</translation></message>
<message><source>These nodes are connected already.</source><translation>Diese Knoten sind schon verbunden.</translation></message>
<message><source>These nodes cannot become a workflow of their own.</source><translation>Diese Knoten können kein eigener Workflow werden.</translation></message>
<message><source>They are lost otherwise.</source><translation>Sonst gehen sie verloren.</translation></message>
<message><source>They are not safe to repeat. Interrupted now, they begin again at Resume, and what they have done by then is done twice.</source><translation>Die Schritte sind nicht gefahrlos wiederholbar. Werden sie jetzt unterbrochen, beginnen sie beim Fortsetzen noch einmal, und was sie bis dahin getan haben, geschieht zweimal.</translation></message>
<message><source>They are not safe to run twice, so none was started again. Your answer is for all of them.</source><translation>Sie zweimal auszuführen ist nicht sicher, darum wurde nichts davon noch einmal gestartet. Die Antwort gilt für alle.</translation></message>
<message><source>They go on without the window. Open them again from the run history.</source><translation>Sie laufen ohne das Fenster weiter. Öffnen Sie sie wieder aus der Liste der Läufe.</translation></message>
<message><source>They live inside this window and are paused now. Resume them from the run history.</source><translation>Sie leben in diesem Fenster und werden jetzt pausiert. Setzen Sie sie aus der Liste der Läufe fort.</translation></message>
<message><source>They were cut off while they ran and are not safe to repeat: what they had done by then is done twice.</source><translation>Die Schritte wurden mitten in der Arbeit unterbrochen und sind nicht gefahrlos wiederholbar: Was sie bis dahin getan hatten, geschieht zweimal.</translation></message>
<message><source>This action has no parameters.</source><translation>Diese Aktion hat keine Parameter.</translation></message>
<message><source>This edge would close a cycle.</source><translation>Diese Verbindung würde einen Kreis schließen.</translation></message>
<message><source>This engine is closed.</source><translation>Diese Engine ist geschlossen.</translation></message>
<message><source>This is no picture that can be shown: it is damaged, or of a kind that is not known here.</source><translation>Das ist kein Bild, das gezeigt werden kann: Es ist beschädigt oder von einer Art, die hier nicht bekannt ist.</translation></message>
<message><source>This is read only: nothing was changed.</source><translation>Das ist nur zum Lesen: es wurde nichts geändert.</translation></message>
<message><source>This machine has no keyring to keep secrets in.</source><translation>Dieser Rechner hat keinen Schlüsselbund, in dem Geheimnisse aufgehoben werden.</translation></message>
<message><source>This node has no middleware to copy.</source><translation>Dieser Knoten hat keine Middleware zum Kopieren.</translation></message>
<message><source>This picture is too large to be shown: {what}</source><translation>Dieses Bild ist zu groß, um gezeigt zu werden: {what}</translation></message>
<message><source>This problem has no quick fix.</source><translation>Dieses Problem hat keine schnelle Behebung.</translation></message>
<message><source>This run</source><translation>Dieser Lauf</translation></message>
<message><source>This store keeps no names of runs.</source><translation>Dieser Speicher hebt keine Namen von Läufen auf.</translation></message>
<message><source>This version has no {0}: keep '{1} floworch run FILE' in cron.</source><translation>Diese Version hat kein {0}: Behalten Sie '{1} floworch run FILE' in cron.</translation></message>
<message><source>This workflow has no trigger that can be served. Add one from the palette.</source><translation>Dieser Workflow hat keinen Auslöser, der bedient werden kann. Fügen Sie einen aus der Palette hinzu.</translation></message>
<message><source>This workflow is saved first: the call names a file beside it.</source><translation>Dieser Workflow wird zuerst gespeichert: Der Aufruf nennt eine Datei daneben.</translation></message>
<message><source>This workflow names no inputs, outputs, data, secrets or connections yet.</source><translation>Dieser Workflow nennt noch keine Eingaben, Ausgaben, Daten, Geheimnisse oder Verbindungen.</translation></message>
<message><source>This workflow needs no inputs.</source><translation>Dieser Workflow braucht keine Eingaben.</translation></message>
<message><source>This workflow needs no inputs. Press Run.</source><translation>Dieser Workflow braucht keine Eingaben. Drücken Sie „Ausführen“.</translation></message>
<message><source>This workflow takes no inputs.</source><translation>Dieser Workflow nimmt keine Eingaben.</translation></message>
<message><source>Time</source><translation>Zeit</translation></message>
<message><source>Time before the body runs again; it outlives this process.</source><translation>Zeit, bevor der Rumpf noch einmal läuft; sie überdauert diesen Prozess.</translation></message>
<message><source>Time between the end of a round and the next; it outlives this process.</source><translation>Zeit zwischen dem Ende einer Runde und der nächsten; sie überdauert diesen Prozess.</translation></message>
<message><source>Time of all items together</source><translation>Zeit aller Elemente zusammen</translation></message>
<message><source>Time to add</source><translation>Dazuzuzählende Zeit</translation></message>
<message><source>Time to subtract</source><translation>Abzuziehender Zeitpunkt</translation></message>
<message><source>Time zone</source><translation>Zeitzone</translation></message>
<message><source>Time zone of these times, such as Europe/Berlin, UTC, or local. A time that the clock skips in spring is due right after the gap, one that it shows twice in autumn is due once.</source><translation>Zeitzone dieser Zeiten, etwa Europe/Berlin, UTC oder local. Eine Zeit, die die Uhr im Frühjahr überspringt, ist gleich nach der Lücke fällig, eine, die sie im Herbst zweimal zeigt, einmal.</translation></message>
<message><source>Time zone such as Europe/Berlin, UTC, or local.</source><translation>Zeitzone wie Europe/Berlin, UTC oder local.</translation></message>
<message><source>Timed out</source><translation>Zeit überschritten</translation></message>
<message><source>Timeline</source><translation>Zeitachse</translation></message>
<message><source>Timeline of attempts</source><translation>Zeitachse der Versuche</translation></message>
<message><source>Timeout</source><translation>Zeitgrenze</translation></message>
<message><source>Timeout error</source><translation>Zeit überschritten</translation></message>
<message><source>Timeout of one attempt</source><translation>Zeitgrenze eines Versuchs</translation></message>
<message><source>Times that were missed</source><translation>Verpasste Zeitpunkte</translation></message>
<message><source>Title</source><translation>Titel</translation></message>
<message><source>Tls</source><translation>TLS</translation></message>
<message><source>To</source><translation>An</translation></message>
<message><source>To delete everything, write ** on purpose.</source><translation>Um alles zu löschen, schreiben Sie ausdrücklich **.</translation></message>
<message><source>To the beginning</source><translation>Zum Anfang</translation></message>
<message><source>To the difference before</source><translation>Zum vorigen Unterschied</translation></message>
<message><source>To the failure or pause before</source><translation>Zum vorigen Fehler oder Halt</translation></message>
<message><source>To the next difference</source><translation>Zum nächsten Unterschied</translation></message>
<message><source>To the next failure or pause</source><translation>Zum nächsten Fehler oder Halt</translation></message>
<message><source>Token</source><translation>Token</translation></message>
<message><source>Token url</source><translation>Token-Adresse</translation></message>
<message><source>Too many open files</source><translation>zu viele offene Dateien</translation></message>
<message><source>Too many runs are under way.</source><translation>Zu viele Läufe sind unterwegs.</translation></message>
<message><source>Too much waste?</source><translation>Zu viel doppelt?</translation></message>
<message><source>Took</source><translation>Dauer</translation></message>
<message><source>Took longer or shorter</source><translation>Dauerte länger oder kürzer</translation></message>
<message><source>Topic</source><translation>Thema</translation></message>
<message><source>Total by type</source><translation>Summe je Typ</translation></message>
<message><source>Totals</source><translation>Auswertungen</translation></message>
<message><source>Traceback</source><translation>Traceback</translation></message>
<message><source>Traceback of the error</source><translation>Traceback des Fehlers</translation></message>
<message><source>Tracing</source><translation>Nachverfolgung</translation></message>
<message><source>Tree</source><translation>Baum</translation></message>
<message><source>Trial calls</source><translation>Probeaufrufe</translation></message>
<message><source>Trial calls let through then; all must succeed to close the circuit.</source><translation>Probeaufrufe, die dann durchgelassen werden; alle müssen gelingen, damit sich der Stromkreis schließt.</translation></message>
<message><source>Tried in order. Each is {when, port}, a condition, or {match, port}, a value that 'value' must equal.</source><translation>Der Reihe nach versucht. Jeder ist {when, port}, eine Bedingung, oder {match, port}, ein Wert, dem 'value' gleichen muss.</translation></message>
<message><source>Tries after the first</source><translation>Versuche nach dem ersten</translation></message>
<message><source>Tries again after a failure; survives a crash.</source><translation>Versucht es nach einem Fehlschlag noch einmal; überlebt einen Absturz.</translation></message>
<message><source>Trigger '{0}' of '{1}' cannot be served: {2}</source><translation>Der Auslöser '{0}' von '{1}' kann nicht bedient werden: {2}</translation></message>
<message><source>Triggers</source><translation>Auslöser</translation></message>
<message><source>Trust and run</source><translation>Vertrauen und ausführen</translation></message>
<message><source>Trust it</source><translation>Ihm vertrauen</translation></message>
<message><source>Trust this file</source><translation>Dieser Datei vertrauen</translation></message>
<message><source>Trust this folder</source><translation>Diesem Ordner vertrauen</translation></message>
<message><source>Try</source><translation>Versuchen</translation></message>
<message><source>Try again</source><translation>Neu versuchen</translation></message>
<message><source>Try again when the other program is done.</source><translation>Versuchen Sie es noch einmal, wenn das andere Programm fertig ist.</translation></message>
<message><source>Try again: it is started anew.</source><translation>Versuchen Sie es noch einmal: Er wird neu gestartet.</translation></message>
<message><source>Trying {name} …</source><translation>{name} wird ausprobiert …</translation></message>
<message><source>Trying …</source><translation>Wird geprüft …</translation></message>
<message><source>Turn text into a value.</source><translation>Text in einen Wert verwandeln.</translation></message>
<message><source>Turn the value into text, for example with | to_json.</source><translation>Machen Sie aus dem Wert Text, zum Beispiel mit | to_json.</translation></message>
<message><source>Turn what was read already into text with json.dumps, or read a file with floworch.load.</source><translation>Mach aus schon Gelesenem mit json.dumps wieder Text, oder lies eine Datei mit floworch.load.</translation></message>
<message><source>Two results are called '{0}'.</source><translation>Zwei Ergebnisse heißen '{0}'.</translation></message>
<message><source>Two workflows have the id '{0}'.</source><translation>Zwei Workflows haben die Kennung '{0}'.</translation></message>
<message><source>Type</source><translation>Typ</translation></message>
<message><source>Types of columns</source><translation>Typen der Spalten</translation></message>
<message><source>Types that must not be guessed, by column: text, integer, number, boolean, date, datetime, or any of DuckDB's. A zip code as text keeps its zeros.</source><translation>Typen, die nicht geraten werden dürfen, je Spalte: text, integer, number, boolean, date, datetime oder einer von DuckDB. Eine Postleitzahl als Text behält ihre Nullen.</translation></message>
<message><source>UNIQUE constraint failed: {0}</source><translation>UNIQUE verletzt: {0}</translation></message>
<message><source>URL</source><translation>Adresse</translation></message>
<message><source>Unable to decompress Zstandard data: {0}</source><translation>die gepackten Daten sind nicht zu entpacken: {0}</translation></message>
<message><source>Unchanged for</source><translation>Unverändert seit</translation></message>
<message><source>Undo</source><translation>Rückgängig</translation></message>
<message><source>Undo “{what}”</source><translation>„{what}“ rückgängig machen</translation></message>
<message><source>Unit of the difference</source><translation>Einheit des Unterschieds</translation></message>
<message><source>Unlock it, or set the environment variable FLOWORCH_SECRET_&lt;NAME&gt; instead.</source><translation>Entsperren Sie ihn, oder setzen Sie stattdessen die Umgebungsvariable FLOWORCH_SECRET_&lt;NAME&gt;.</translation></message>
<message><source>Unlock the keyring, or set the environment variable {0}.</source><translation>Entsperren Sie den Schlüsselbund, oder setzen Sie die Umgebungsvariable {0}.</translation></message>
<message><source>Unpacked {0} files, {1} bytes.</source><translation>{0} Dateien entpackt, {1} Bytes.</translation></message>
<message><source>Unpin {nodes}</source><translation>{nodes} lösen</translation></message>
<message><source>Unread messages only</source><translation>Nur ungelesene Nachrichten</translation></message>
<message><source>Unsaved changes</source><translation>Ungespeicherte Änderungen</translation></message>
<message><source>Unsaved changes of {name} were kept</source><translation>Ungespeicherte Änderungen an {name} wurden aufgehoben</translation></message>
<message><source>Unsaved work that was kept</source><translation>Aufgehobenes, das nicht gespeichert ist</translation></message>
<message><source>Unterminated string starting at: line {0} column {1} (char {2})</source><translation>Text ohne Ende, er beginnt bei: Zeile {0}, Spalte {1} (Zeichen {2})</translation></message>
<message><source>Update Flow Orchestrator.</source><translation>Aktualisieren Sie Flow Orchestrator.</translation></message>
<message><source>Url</source><translation>Adresse</translation></message>
<message><source>Use 'await workflow.arun(...)' there.</source><translation>Nehmen Sie dort 'await workflow.arun(...)'.</translation></message>
<message><source>Use * ? ** [abc] and {{one,two}}.</source><translation>Nehmen Sie * ? ** [abc] und {{one,two}}.</translation></message>
<message><source>Use Download in the editor of n8n.</source><translation>Verwenden Sie Download im Editor von n8n.</translation></message>
<message><source>Use Export in the editor's menu.</source><translation>Verwenden Sie Export im Menü des Editors.</translation></message>
<message><source>Use JSON values only.</source><translation>Nehmen Sie nur JSON-Werte.</translation></message>
<message><source>Use WITH for several steps.</source><translation>Nehmen Sie WITH für mehrere Schritte.</translation></message>
<message><source>Use a 'retry' layer outside 'circuit_breaker' in place of the field 'retry'.</source><translation>Nehmen Sie statt des Felds 'retry' eine Schicht 'retry' außen um 'circuit_breaker'.</translation></message>
<message><source>Use a JSON value.</source><translation>Nehmen Sie einen JSON-Wert.</translation></message>
<message><source>Use a container such as flow.foreach.</source><translation>Nehmen Sie einen Behälter wie flow.foreach.</translation></message>
<message><source>Use a loop for several.</source><translation>Nehmen Sie für mehrere eine Schleife.</translation></message>
<message><source>Use a name that Python knows, such as utf-8 or latin-1.</source><translation>Nehmen Sie einen Namen, den Python kennt, etwa utf-8 oder latin-1.</translation></message>
<message><source>Use a smaller number or a text.</source><translation>Nehmen Sie eine kleinere Zahl oder einen Text.</translation></message>
<message><source>Use a smaller number.</source><translation>Nehmen Sie eine kleinere Zahl.</translation></message>
<message><source>Use a text.</source><translation>Nehmen Sie einen Text.</translation></message>
<message><source>Use a-z, 0-9, _ and -, at most 64, such as {0}.</source><translation>Nehmen Sie a-z, 0-9, _ und -, höchstens 64, etwa {0}.</translation></message>
<message><source>Use an action that does its work at once.</source><translation>Nehmen Sie eine Aktion, die ihre Arbeit sofort tut.</translation></message>
<message><source>Use an async function, or an action that runs in a process.</source><translation>Nehmen Sie eine async-Funktion oder eine Aktion, die in einem Prozess läuft.</translation></message>
<message><source>Use an expression that sees item, such as {{{{ item }}}}.</source><translation>Nehmen Sie einen Ausdruck, der item sieht, etwa {{{{ item }}}}.</translation></message>
<message><source>Use another connection, or write the address below that one.</source><translation>Nehmen Sie eine andere Verbindung, oder schreiben Sie die Adresse unterhalb jener.</translation></message>
<message><source>Use another key, or set it to a number first.</source><translation>Nehmen Sie einen anderen Schlüssel, oder setzen Sie ihn zuerst auf eine Zahl.</translation></message>
<message><source>Use at most 64 letters, digits, _ and -, beginning with a letter, such as API_TOKEN.</source><translation>Nehmen Sie höchstens 64 Buchstaben, Ziffern, _ und -, mit einem Buchstaben am Anfang, etwa API_TOKEN.</translation></message>
<message><source>Use csv, tsv or ndjson, or mode replace.</source><translation>Nehmen Sie csv, tsv oder ndjson, oder den Modus replace.</translation></message>
<message><source>Use flow.repeat or flow.foreach for what is to happen more than once.</source><translation>Nehmen Sie flow.repeat oder flow.foreach für das, was mehr als einmal geschehen soll.</translation></message>
<message><source>Use it where it exists, or remove it.</source><translation>Nutzen Sie es, wo es das gibt, oder entfernen Sie es.</translation></message>
<message><source>Use letters, digits and _.</source><translation>Nehmen Sie Buchstaben, Ziffern und _.</translation></message>
<message><source>Use letters, digits and underscores, not starting with a digit.</source><translation>Nehmen Sie Buchstaben, Ziffern und Unterstriche, nicht mit einer Ziffer am Anfang.</translation></message>
<message><source>Use letters, digits, _ and -.</source><translation>Nehmen Sie Buchstaben, Ziffern, _ und -.</translation></message>
<message><source>Use letters, digits, spaces, - and _.</source><translation>Erlaubt sind Buchstaben, Ziffern, Leerzeichen, - und _.</translation></message>
<message><source>Use lower-case letters, digits, '-' and '_'; every action has 'done' and 'error' already.</source><translation>Nehmen Sie Kleinbuchstaben, Ziffern, '-' und '_'; jede Aktion hat 'done' und 'error' schon.</translation></message>
<message><source>Use lower-case letters, digits, _ and -, beginning with a letter or digit.</source><translation>Nehmen Sie Kleinbuchstaben, Ziffern, _ und -, am Anfang einen Buchstaben oder eine Ziffer.</translation></message>
<message><source>Use mode upsert with 'keys' to replace rows that exist; nothing was written.</source><translation>Nehmen Sie den Modus upsert mit 'keys', um vorhandene Zeilen zu ersetzen; nichts wurde geschrieben.</translation></message>
<message><source>Use more than zero, or remove it.</source><translation>Nehmen Sie mehr als null, oder entfernen Sie es.</translation></message>
<message><source>Use null, a number or a text instead.</source><translation>Nehmen Sie stattdessen null, eine Zahl oder einen Text.</translation></message>
<message><source>Use one of {0}.</source><translation>Nehmen Sie eines von {0}.</translation></message>
<message><source>Use png, jpeg, gif or webp.</source><translation>Nehmen Sie png, jpeg, gif oder webp.</translation></message>
<message><source>Use power, process or none.</source><translation>power, process oder none verwenden.</translation></message>
<message><source>Use power, process or none. {0}</source><translation>Nehmen Sie power, process oder none. {0}</translation></message>
<message><source>Use rerun, done or fail.</source><translation>Nehmen Sie rerun, done oder fail.</translation></message>
<message><source>Use resume for a paused one, or start a new run.</source><translation>Setzen Sie einen pausierten Lauf fort, oder starten Sie einen neuen.</translation></message>
<message><source>Use some of {0}.</source><translation>Nehmen Sie welche von {0}.</translation></message>
<message><source>Use sqlite or postgresql, or a dialect with an asyncio driver.</source><translation>Nehmen Sie sqlite oder postgresql, oder einen Dialekt mit einem Treiber für asyncio.</translation></message>
<message><source>Use sqlite or postgresql, or another mode.</source><translation>Nehmen Sie sqlite oder postgresql, oder einen anderen Modus.</translation></message>
<message><source>Use tag, #id, .class, [name=value], space and &gt;.</source><translation>Nehmen Sie tag, #id, .class, [name=value], Leerzeichen und &gt;.</translation></message>
<message><source>Use text, integer, number or date.</source><translation>Nehmen Sie text, integer, number oder date.</translation></message>
<message><source>Use the engine's method of the same name, or resume the run first.</source><translation>Nehmen Sie die gleichnamige Methode der Engine, oder setzen Sie den Lauf zuerst fort.</translation></message>
<message><source>Use the filter 'trim', or shorten it.</source><translation>Nehmen Sie den Filter 'trim', oder kürzen Sie ihn.</translation></message>
<message><source>Use the handle it was started with.</source><translation>Nehmen Sie das Handle, mit dem er gestartet wurde.</translation></message>
<message><source>Use the name that the waiting node has.</source><translation>Nehmen Sie den Namen, den der wartende Knoten hat.</translation></message>
<message><source>Use the output of a step that gives a list.</source><translation>Verwenden Sie die Ausgabe eines Schritts, der eine Liste liefert.</translation></message>
<message><source>Use the results: {0}.</source><translation>Nehmen Sie die Ergebnisse: {0}.</translation></message>
<message><source>Use this key</source><translation>Diese Taste nehmen</translation></message>
<message><source>Use types that a JSON value can become: str, int, float, bool, list, dict, Literal, Path, datetime, TypedDict, dataclass or pydantic model.</source><translation>Nehmen Sie Typen, zu denen ein JSON-Wert werden kann: str, int, float, bool, list, dict, Literal, Path, datetime, TypedDict, dataclass oder ein Modell von pydantic.</translation></message>
<message><source>Use utf-8.</source><translation>Nehmen Sie utf-8.</translation></message>
<message><source>Use {0}.</source><translation>Nehmen Sie {0}.</translation></message>
<message><source>Use “{new}”</source><translation>„{new}“ nehmen</translation></message>
<message><source>Use “{value}”</source><translation>„{value}“ nehmen</translation></message>
<message><source>Used as inputs.name</source><translation>Heißt in Ausdrücken inputs.name</translation></message>
<message><source>Used by runs</source><translation>Von Läufen verwendet</translation></message>
<message><source>Used when no value is given</source><translation>Gilt, wenn kein Wert angegeben ist</translation></message>
<message><source>User</source><translation>Benutzer</translation></message>
<message><source>User and password were not taken over.</source><translation>Benutzer und Passwort wurden nicht übernommen.</translation></message>
<message><source>User name</source><translation>Benutzername</translation></message>
<message><source>Uses your connections</source><translation>Nutzt Ihre Verbindungen</translation></message>
<message><source>Utility</source><translation>Werkzeuge</translation></message>
<message><source>Validate</source><translation>Prüfen</translation></message>
<message><source>Validate it again.</source><translation>Prüfen Sie sie noch einmal.</translation></message>
<message><source>Validate the definition again.</source><translation>Prüfen Sie die Definition noch einmal.</translation></message>
<message><source>Validation</source><translation>Prüfung</translation></message>
<message><source>Validation error</source><translation>Ungültiger Wert</translation></message>
<message><source>Value</source><translation>Wert</translation></message>
<message><source>Value as a page</source><translation>Wert als Seite</translation></message>
<message><source>Value as a picture</source><translation>Wert als Bild</translation></message>
<message><source>Value as a table</source><translation>Wert als Tabelle</translation></message>
<message><source>Value as a tree</source><translation>Wert als Baum</translation></message>
<message><source>Value as text</source><translation>Wert als Text</translation></message>
<message><source>Value instead</source><translation>Ersatzwert</translation></message>
<message><source>Value or {{ expression }}</source><translation>Wert oder {{ Ausdruck }}</translation></message>
<message><source>Value to check</source><translation>Zu prüfender Wert</translation></message>
<message><source>Value to compare</source><translation>Zu vergleichender Wert</translation></message>
<message><source>Value to hash</source><translation>Wert</translation></message>
<message><source>Values are pasted into the SQL text: write :name and give them as params instead.</source><translation>Werte werden in den SQL-Text eingesetzt: Schreiben Sie stattdessen :name, und geben Sie sie als params an.</translation></message>
<message><source>Values by name; they are bound, never pasted into a statement.</source><translation>Werte mit Namen; sie werden gebunden, nie in eine Anweisung eingefügt.</translation></message>
<message><source>Values by name; they are bound, never pasted into the statement.</source><translation>Werte mit Namen; sie werden gebunden, nie in die Anweisung eingefügt.</translation></message>
<message><source>Values for $name in the query; they are bound, never pasted into it.</source><translation>Werte für $name in der Abfrage; sie werden gebunden, nie eingefügt.</translation></message>
<message><source>Values for the query</source><translation>Werte für die Abfrage</translation></message>
<message><source>Values for the statement</source><translation>Werte für die Anweisung</translation></message>
<message><source>Values from before</source><translation>Werte von vorher</translation></message>
<message><source>Values the workflow is started with; use them as {{ inputs.name }}.</source><translation>Werte, mit denen der Workflow gestartet wird; nutzen Sie sie als {{ inputs.name }}.</translation></message>
<message><source>Variables</source><translation>Variablen</translation></message>
<message><source>Variables of the code, by name; also together in the dictionary 'inputs'.</source><translation>Variablen des Codes, mit Namen; auch zusammen im Dictionary 'inputs'.</translation></message>
<message><source>Variables of the workflow</source><translation>Variablen des Workflows</translation></message>
<message><source>Versions</source><translation>Fassungen</translation></message>
<message><source>Versions of the workflow</source><translation>Fassungen des Workflows</translation></message>
<message><source>View</source><translation>Ansicht</translation></message>
<message><source>Violet</source><translation>Violett</translation></message>
<message><source>Wait</source><translation>Warten</translation></message>
<message><source>Wait at most</source><translation>Höchstens warten</translation></message>
<message><source>Wait for</source><translation>Warten für</translation></message>
<message><source>Wait for MQTT message</source><translation>Auf MQTT-Nachricht warten</translation></message>
<message><source>Wait for a message on a broker.</source><translation>Auf eine Nachricht bei einem Broker warten.</translation></message>
<message><source>Wait for a named signal; its payload is the output. One that was sent early counts.</source><translation>Auf ein benanntes Signal warten; was es mitbringt, ist die Ausgabe. Ein vorher gesendetes zählt.</translation></message>
<message><source>Wait for a shorter time.</source><translation>Warten Sie kürzer.</translation></message>
<message><source>Wait for database</source><translation>Auf Datenbank warten</translation></message>
<message><source>Wait for file</source><translation>Auf Datei warten</translation></message>
<message><source>Wait for its end</source><translation>Auf das Ende warten</translation></message>
<message><source>Wait for its end, resume or cancel it, or name another run.</source><translation>Warten Sie auf sein Ende, setzen Sie ihn fort, brechen Sie ihn ab, oder nennen Sie einen anderen Lauf.</translation></message>
<message><source>Wait for signal</source><translation>Auf Signal warten</translation></message>
<message><source>Wait for some time, or until a point in time; the timer outlives this process.</source><translation>Eine Zeit lang oder bis zu einem Zeitpunkt warten; der Zeitgeber überdauert diesen Prozess.</translation></message>
<message><source>Wait until</source><translation>Warten bis</translation></message>
<message><source>Wait until a file, or any file that fits a pattern, is there, is written to the end, or is gone.</source><translation>Warten, bis eine Datei oder irgendeine, die zu einem Muster passt, da ist, zu Ende geschrieben oder weg ist.</translation></message>
<message><source>Wait until it is</source><translation>Warten, bis sie ist</translation></message>
<message><source>Wait until nobody writes to it, for example with file.wait, then retry.</source><translation>Warten Sie, bis niemand hineinschreibt, zum Beispiel mit file.wait, und versuchen Sie es dann neu.</translation></message>
<message><source>Waiting</source><translation>Wartet</translation></message>
<message><source>Waiting for a person</source><translation>Wartet auf einen Menschen</translation></message>
<message><source>Waiting for an answer, a signal or a timer</source><translation>Wartet auf eine Antwort, ein Signal oder eine Uhr</translation></message>
<message><source>Waiting for {0}: {1}.</source><translation>Auf {0} wartet: {1}.</translation></message>
<message><source>Waits for</source><translation>Wartet auf</translation></message>
<message><source>Waits {named} between {attempts:,} attempts: {total} in all{spread}.</source><translation>Wartet {named} zwischen {attempts:,} Versuchen: insgesamt {total}{spread}.</translation></message>
<message><source>Walk the graph</source><translation>Durch den Graphen gehen</translation></message>
<message><source>Warning</source><translation>Warnung</translation></message>
<message><source>Warnings and errors</source><translation>Warnungen und Fehler</translation></message>
<message><source>Was it renamed or moved?</source><translation>Wurde sie umbenannt oder verschoben?</translation></message>
<message><source>Waste limit (MB)</source><translation>Grenze der Verschwendung (MB)</translation></message>
<message><source>Web API (HTTP)</source><translation>Web-Schnittstelle (HTTP)</translation></message>
<message><source>Web page</source><translation>Webseite</translation></message>
<message><source>Webhook</source><translation>Webhook</translation></message>
<message><source>What</source><translation>Was</translation></message>
<message><source>What 'content' is: text, bytes, or the value of a JSON file.</source><translation>Was 'content' ist: Text, Bytes oder der Wert einer JSON-Datei.</translation></message>
<message><source>What 'value' holds: json reads the output as JSON, lines makes a list; text adds no value.</source><translation>Was 'value' enthält: json liest die Ausgabe als JSON, lines macht eine Liste; text gibt keinen Wert dazu.</translation></message>
<message><source>What a check that is one word compares with.</source><translation>Womit eine Prüfung vergleicht, die ein Wort ist.</translation></message>
<message><source>What a pattern matches</source><translation>Worauf ein Muster passt</translation></message>
<message><source>What a pattern matches: files and links, folders with everything in them, or both.</source><translation>Worauf ein Muster passt: Dateien und Verknüpfungen, Ordner mit allem darin oder beides.</translation></message>
<message><source>What a worker of the cluster must offer, such as gpu.</source><translation>Was ein Arbeiter des Clusters bieten muss, etwa gpu.</translation></message>
<message><source>What about it</source><translation>Was damit ist</translation></message>
<message><source>What came of it</source><translation>Was daraus wurde</translation></message>
<message><source>What comes from {0} is put into the command as it is: the shell would run commands in it.</source><translation>Was {0} liefert, kommt unverändert in den Befehl: Die Shell würde Befehle darin ausführen.</translation></message>
<message><source>What comes from {0} is within quotes, which undo '| quote': the shell would run commands in it.</source><translation>Was {0} liefert, steht in Anführungszeichen, die '| quote' aufheben: Die Shell würde Befehle darin ausführen.</translation></message>
<message><source>What could be read</source><translation>Was lesbar war</translation></message>
<message><source>What counts as the answer when the time is over; 'fail' fails with timeout_error.</source><translation>Was als Antwort gilt, wenn die Zeit um ist; 'fail' schlägt mit timeout_error fehl.</translation></message>
<message><source>What counts: created, modified, deleted.</source><translation>Was zählt: angelegt, geändert, gelöscht.</translation></message>
<message><source>What differs</source><translation>Was sich unterscheidet</translation></message>
<message><source>What do you want to do?</source><translation>Was möchten Sie tun?</translation></message>
<message><source>What earlier runs have given cannot be used: {0}.</source><translation>Was frühere Läufe ausgegeben haben, ist nicht zu benutzen: {0}.</translation></message>
<message><source>What earlier runs have seen cannot be used: {0}.</source><translation>Was frühere Läufe gesehen haben, ist nicht zu benutzen: {0}.</translation></message>
<message><source>What else can be done to the run, and to old ones</source><translation>Was sich mit dem Lauf und mit alten Läufen noch tun lässt</translation></message>
<message><source>What else the model should know.</source><translation>Was das Modell sonst wissen soll.</translation></message>
<message><source>What follows the call does not wait for all: lead the called workflow to one last node.</source><translation>Was dem Aufruf folgt, wartet nicht auf alle: Führen Sie den aufgerufenen Workflow zu einem letzten Knoten.</translation></message>
<message><source>What follows when nobody served at such times: one run for the last of them, or none.</source><translation>Was folgt, wenn zu solchen Zeiten niemand bediente: ein Lauf für die letzte davon oder keiner.</translation></message>
<message><source>What follows when the run before is still under way: no run, or one after it.</source><translation>Was folgt, wenn der Lauf davor noch im Gange ist: kein Lauf oder einer danach.</translation></message>
<message><source>What follows {0} in the command line was left out.</source><translation>Was in der Befehlszeile auf {0} folgt, wurde weggelassen.</translation></message>
<message><source>What goes well in {0} results in null: its only last node {1} is reached by failures alone.</source><translation>Was in {0} gelingt, ergibt null: Seinen einzigen letzten Knoten {1} erreichen nur Fehler.</translation></message>
<message><source>What happens to an archive, or to files in the folder, that are there already.</source><translation>Was mit einem Archiv oder mit Dateien im Ordner geschieht, die schon da sind.</translation></message>
<message><source>What happens when 'until' did not hold after the last round: 'complete' goes on with what there is ('met' is false then), 'fail' fails with timeout_error.</source><translation>Was geschieht, wenn 'until' nach der letzten Runde nicht galt: 'complete' macht weiter mit dem, was da ist ('met' ist dann false), 'fail' schlägt mit timeout_error fehl.</translation></message>
<message><source>What is active cannot be noted in {store}: {why}.</source><translation>Was aktiv ist, lässt sich in {store} nicht vermerken: {why}.</translation></message>
<message><source>What is added to the name of a right field that the left rows have, too.</source><translation>Was an den Namen eines rechten Felds gehängt wird, das auch die linken Zeilen haben.</translation></message>
<message><source>What is checked</source><translation>Was geprüft wird</translation></message>
<message><source>What is left</source><translation>Was übrig ist</translation></message>
<message><source>What is saved there is not shown here. Close it in one of the two windows.</source><translation>Was dort gespeichert wird, erscheint hier nicht. Schließen Sie die Datei in einem der beiden Fenster.</translation></message>
<message><source>What is sent along, such as a token, is not for that one.</source><translation>Was mitgesendet wird, etwa ein Token, ist nicht für jenen.</translation></message>
<message><source>What is shown is only looked at.</source><translation>Was gezeigt wird, wird nur angesehen.</translation></message>
<message><source>What is to be classified.</source><translation>Was eingeordnet werden soll.</translation></message>
<message><source>What it answers ({0}) was not converted.</source><translation>Was er antwortet ({0}), wurde nicht umgewandelt.</translation></message>
<message><source>What it is written in.</source><translation>In welchem Format es geschrieben ist.</translation></message>
<message><source>What it must be.</source><translation>Was es sein muss.</translation></message>
<message><source>What it says.</source><translation>Was es sagt.</translation></message>
<message><source>What makes an item the same as another: fields ("id", "owner.name") or expressions that see item. Without any, the whole item.</source><translation>Woran ein Element einem anderen gleicht: Felder ("id", "owner.name") oder Ausdrücke, die item sehen. Ohne Angabe das ganze Element.</translation></message>
<message><source>What makes two executions the same work, such as {{ inputs.order_id }}; expressions see params too. Empty: the node's own key, the same across attempts and resumes of one run.</source><translation>Was zwei Ausführungen zur selben Arbeit macht, etwa {{ inputs.order_id }}; Ausdrücke sehen auch params. Leer: der eigene Schlüssel des Knotens, derselbe über Versuche und Fortsetzungen eines Laufs.</translation></message>
<message><source>What must hold for fields of each value. A check is a condition without braces that sees value (the field) and item (the whole).</source><translation>Was für Felder jedes Werts gelten muss. Eine Prüfung ist eine Bedingung ohne Klammern, die value (das Feld) und item (das Ganze) sieht.</translation></message>
<message><source>What of run {0} is to be taken over is not said.</source><translation>Es ist nicht gesagt, was vom Lauf {0} übernommen werden soll.</translation></message>
<message><source>What one must know to choose, in Markdown.</source><translation>Was man wissen muss, um zu wählen, in Markdown.</translation></message>
<message><source>What one must know to fill it in, in Markdown.</source><translation>Was man wissen muss, um es auszufüllen, in Markdown.</translation></message>
<message><source>What people read as the reason.</source><translation>Was Menschen als Grund lesen.</translation></message>
<message><source>What people read as the reason; it is the node's output.</source><translation>Was Menschen als Grund lesen; es ist die Ausgabe des Knotens.</translation></message>
<message><source>What results are told apart by; expressions see params too. Empty: all params.</source><translation>Woran Ergebnisse unterschieden werden; Ausdrücke sehen auch params. Leer: alle Parameter.</translation></message>
<message><source>What separates the values of a CSV line.</source><translation>Was die Werte einer CSV-Zeile trennt.</translation></message>
<message><source>What sounds urgent</source><translation>Was dringend klingt</translation></message>
<message><source>What the 'match' of each case is compared with; types count, so 1 is not "1".</source><translation>Womit 'match' jedes Falls verglichen wird; der Typ zählt, 1 ist also nicht "1".</translation></message>
<message><source>What the beginning of the original gave is an input here: {0}.</source><translation>Was der Anfang des Originals ergab, ist hier eine Eingabe: {0}.</translation></message>
<message><source>What the body of the answer is; auto goes by its content type.</source><translation>Als was der Inhalt der Antwort gelesen wird; auto richtet sich nach ihrem Inhaltstyp.</translation></message>
<message><source>What the command reads: text, bytes, or any value, which is given as JSON.</source><translation>Was der Befehl liest: Text, Bytes oder ein beliebiger Wert, der als JSON gegeben wird.</translation></message>
<message><source>What the difference is counted in.</source><translation>Worin der Unterschied gezählt wird.</translation></message>
<message><source>What the labels mean, and what else the model should know.</source><translation>Was die Etiketten bedeuten und was das Modell sonst wissen soll.</translation></message>
<message><source>What the model shall be and do.</source><translation>Was das Modell sein und tun soll.</translation></message>
<message><source>What the run and its nodes say appears here.</source><translation>Hier erscheint, was der Lauf und seine Knoten sagen.</translation></message>
<message><source>What the run gives is shown here when it is done.</source><translation>Was der Lauf ergibt, steht hier, wenn er fertig ist.</translation></message>
<message><source>What the run was started with</source><translation>Womit der Lauf gestartet wurde</translation></message>
<message><source>What the step gives</source><translation>Was der Schritt gibt</translation></message>
<message><source>What the text is; in html, values are escaped (the filter 'safe' lets markup through).</source><translation>Was der Text ist; in html werden Werte maskiert (der Filter 'safe' lässt Auszeichnungen durch).</translation></message>
<message><source>What the text is; markdown is sent as HTML with the text beside it, and HTML in it is not trusted.</source><translation>Was der Text ist; markdown wird als HTML gesendet, mit dem Text daneben, und HTML darin wird nicht vertraut.</translation></message>
<message><source>What the triggers remember cannot be used: {0}: {1}.</source><translation>Was sich die Auslöser gemerkt haben, ist nicht zu benutzen: {0}: {1}.</translation></message>
<message><source>What there is to choose from.</source><translation>Was zur Wahl steht.</translation></message>
<message><source>What they did is safe. The list of runs has them all.</source><translation>Was sie getan haben, ist sicher. Die Liste der Läufe enthält sie alle.</translation></message>
<message><source>What this program noted about itself since it began. Logs of runs are in the panel “Run log”.</source><translation>Was dieses Programm seit seinem Start über sich vermerkt hat. Protokolle von Läufen stehen im Bereich „Protokoll“.</translation></message>
<message><source>What this run had done was undone, so everything runs again, with the same inputs.</source><translation>Was dieser Lauf getan hatte, wurde rückgängig gemacht; daher läuft alles noch einmal, mit denselben Eingaben.</translation></message>
<message><source>What this workflow does</source><translation>Was dieser Workflow tut</translation></message>
<message><source>What this workflow would do</source><translation>Was dieser Workflow täte</translation></message>
<message><source>What to add, such as 90m, -1d, 2w, 1 month, or several: 1 year -2d. Days and longer keep the time on the clock, also over a change to summer time; a month is never left (31 January and 1 month is 28 February).</source><translation>Was addiert wird, etwa 90m, -1d, 2w, 1 month oder mehreres: 1 year -2d. Tage und Längeres behalten die Uhrzeit, auch über den Wechsel zur Sommerzeit; ein Monat wird nie verlassen (31. Januar und 1 month ist der 28. Februar).</translation></message>
<message><source>What to ask about</source><translation>Wonach zu fragen ist</translation></message>
<message><source>What to audit; empty for this Python's installed packages.</source><translation>Was zu prüfen ist; leer für die installierten Pakete dieses Python.</translation></message>
<message><source>What to compute per group: {fn, key, as}; fn is sum, count, min, max, avg, list, first, last, distinct or count_distinct.</source><translation>Was je Gruppe berechnet wird: {fn, key, as}; fn ist sum, count, min, max, avg, list, first, last, distinct oder count_distinct.</translation></message>
<message><source>What to compute.</source><translation>Was berechnet wird.</translation></message>
<message><source>What to do</source><translation>Was zu tun ist</translation></message>
<message><source>What to do there.</source><translation>Was dort zu tun ist.</translation></message>
<message><source>What to do where something else is: fail before anything is touched, replace it, skip the file, or give the new one a number, as in report (1).csv.</source><translation>Was zu tun ist, wo schon etwas anderes ist: fehlschlagen, bevor etwas berührt wird, es ersetzen, die Datei überspringen oder der neuen eine Nummer geben wie report (1).csv.</translation></message>
<message><source>What to download; http or https.</source><translation>Was heruntergeladen wird; http oder https.</translation></message>
<message><source>What to hash: text as UTF-8, bytes as they are, anything else as JSON with sorted keys.</source><translation>Wovon die Prüfsumme berechnet wird: Text als UTF-8, Bytes, wie sie sind, alles andere als JSON mit sortierten Schlüsseln.</translation></message>
<message><source>What to keep or add; for get, what is given when there is none.</source><translation>Was behalten oder addiert wird; bei get, was gegeben wird, wenn keiner da ist.</translation></message>
<message><source>What to list</source><translation>Was aufgelistet wird</translation></message>
<message><source>What to pack: a file, a folder, a pattern such as data/**/*.csv, or a list of paths. Or the archive to unpack. A relative path starts in the folder the run was started in.</source><translation>Was gepackt wird: eine Datei, ein Ordner, ein Muster wie data/**/*.csv oder eine Liste von Pfaden. Oder das Archiv, das ausgepackt wird. Ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde.</translation></message>
<message><source>What to put there; anything that is not text as JSON.</source><translation>Was hineinkommt; was kein Text ist, als JSON.</translation></message>
<message><source>What to write; anything that is not text is written as JSON.</source><translation>Was geschrieben wird; was kein Text ist, wird als JSON geschrieben.</translation></message>
<message><source>What trigger '{0}' is told is no JSON value: {1}.</source><translation>Was dem Auslöser '{0}' mitgegeben wird, ist kein JSON-Wert: {1}.</translation></message>
<message><source>What was chosen here is lost. Connections and secrets stay.</source><translation>Was hier gewählt wurde, geht verloren. Verbindungen und Geheimnisse bleiben.</translation></message>
<message><source>What was done stays done.</source><translation>Was getan ist, bleibt getan.</translation></message>
<message><source>What was found</source><translation>Treffer</translation></message>
<message><source>What went wrong, or null</source><translation>Was schiefging, oder null</translation></message>
<message><source>What you change here is changed in all of them. “differs” marks what they do not share.</source><translation>Was Sie hier ändern, wird in allen geändert. „unterschiedlich“ markiert, was sie nicht gemeinsam haben.</translation></message>
<message><source>What you edit</source><translation>Was Sie bearbeiten</translation></message>
<message><source>What {name} uses was changed since you trusted it: {files}</source><translation>Was {name} benutzt, wurde geändert, seit Sie ihm vertraut haben: {files}</translation></message>
<message><source>When a file arrives</source><translation>Wenn eine Datei eintrifft</translation></message>
<message><source>When a web request comes</source><translation>Wenn eine Web-Anfrage kommt</translation></message>
<message><source>When an item fails</source><translation>Wenn ein Element fehlschlägt</translation></message>
<message><source>When it fails</source><translation>Wenn er fehlschlägt</translation></message>
<message><source>When it waits for somebody, worked for long or would undo steps.</source><translation>Wenn er auf jemanden wartet, lange gearbeitet hat oder Schritte zurücknähme.</translation></message>
<message><source>When something is wrong</source><translation>Wenn etwas nicht stimmt</translation></message>
<message><source>When the file does not exist, fail with not_found_error or give null.</source><translation>Wenn es die Datei nicht gibt, mit not_found_error fehlschlagen oder null geben.</translation></message>
<message><source>When the file exists</source><translation>Wenn es die Datei gibt</translation></message>
<message><source>When the file is missing</source><translation>Wenn die Datei fehlt</translation></message>
<message><source>When the target exists</source><translation>Wenn es das Ziel gibt</translation></message>
<message><source>When the time is over</source><translation>Wenn die Zeit überschritten ist</translation></message>
<message><source>When to answer</source><translation>Wann geantwortet wird</translation></message>
<message><source>Where</source><translation>Wo</translation></message>
<message><source>Where Python lies</source><translation>Wo Python liegt</translation></message>
<message><source>Where answers go, when not to the sender.</source><translation>Wohin Antworten gehen, wenn nicht an den Absender.</translation></message>
<message><source>Where it runs, set the environment variable {0}, or run 'floworch secrets set {1}'.</source><translation>Setzen Sie dort, wo er läuft, die Umgebungsvariable {0}, oder führen Sie 'floworch secrets set {1}' aus.</translation></message>
<message><source>Where report.html and files.sqlite go; empty for folder-audit in the home folder.</source><translation>Wohin report.html und files.sqlite kommen; leer für folder-audit im Benutzerordner.</translation></message>
<message><source>Where services are and how to log in, by name. Workflows hold the name only, so that they can be given away; passwords stay with the secrets.</source><translation>Wo Dienste sind und wie man sich anmeldet, unter einem Namen. Workflows enthalten nur den Namen, damit sie sich weitergeben lassen; Kennwörter bleiben bei den Geheimnissen.</translation></message>
<message><source>Where the answer is cut off.</source><translation>Wo die Antwort abgeschnitten wird.</translation></message>
<message><source>Where the fields go</source><translation>Wohin die Felder kommen</translation></message>
<message><source>Where the fields go: the node's output, or the run's data (then also the output).</source><translation>Wohin die Felder kommen: in die Ausgabe des Knotens oder in die Daten des Laufs (dann auch in die Ausgabe).</translation></message>
<message><source>Where the values are in.</source><translation>Worin die Werte stehen.</translation></message>
<message><source>Where they lie</source><translation>Wo sie liegen</translation></message>
<message><source>Where to listen; + stands for one part, # at the end for all that follow.</source><translation>Wo gelauscht wird; + steht für einen Teil, # am Ende für alle folgenden.</translation></message>
<message><source>Where to look; a relative path starts in the folder the run was started in.</source><translation>Wo nachgesehen wird; ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde.</translation></message>
<message><source>Where to publish, without wildcards.</source><translation>Wohin veröffentlicht wird, ohne Platzhalter.</translation></message>
<message><source>Where to write; a relative path starts in the folder the run was started in, ~ is the home folder.</source><translation>Wohin geschrieben wird; ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde, ~ ist der Benutzerordner.</translation></message>
<message><source>Where to write; a relative path starts in the folder the run was started in, ~ is the home folder. Missing folders are made.</source><translation>Wohin geschrieben wird; ein relativer Pfad beginnt in dem Ordner, in dem der Lauf gestartet wurde, ~ ist der Benutzerordner. Fehlende Ordner werden angelegt.</translation></message>
<message><source>Where to. One file becomes this path, or goes into it when it is a folder or ends with /. A folder becomes this folder. What a list or a pattern names goes into it; folders between are kept.</source><translation>Wohin. Eine Datei bekommt diesen Pfad oder kommt hinein, wenn er ein Ordner ist oder mit / endet. Ein Ordner wird zu diesem Ordner. Was eine Liste oder ein Muster nennt, kommt hinein; Ordner dazwischen bleiben.</translation></message>
<message><source>Where to; http or https.</source><translation>Wohin; http oder https.</translation></message>
<message><source>Where you are</source><translation>Wo Sie sind</translation></message>
<message><source>Whether 'dropped' holds the others; false leaves it empty where nobody needs them.</source><translation>Ob 'dropped' die anderen enthält; false lässt es leer, wo niemand sie braucht.</translation></message>
<message><source>Whether a path that is not there, or a pattern that nothing fits, counts as deleted already.</source><translation>Ob ein Pfad, den es nicht gibt, oder ein Muster, auf das nichts passt, schon als gelöscht gilt.</translation></message>
<message><source>Whether a source that is not there, or a pattern that nothing fits, counts as nothing to do.</source><translation>Ob eine Quelle, die es nicht gibt, oder ein Muster, auf das nichts passt, als nichts zu tun gilt.</translation></message>
<message><source>Whether each file's time of change is given; without it the output depends on names and sizes only.</source><translation>Ob die Änderungszeit jeder Datei gegeben wird; ohne sie hängt die Ausgabe nur von Namen und Größen ab.</translation></message>
<message><source>Whether it is heard, too, where the desktop plays sounds for notifications.</source><translation>Ob es auch zu hören ist, wo der Schreibtisch bei Mitteilungen Töne spielt.</translation></message>
<message><source>Whether items that an earlier run of this step has let through are duplicates, too. They are remembered once this step completes; when it is repeated after a crash, or retried, it gives the same items.</source><translation>Ob auch Elemente Dubletten sind, die ein früherer Lauf dieses Schritts durchließ. Sie werden gemerkt, sobald dieser Schritt abgeschlossen ist; nach einem Absturz oder bei einem Neuversuch gibt er dieselben Elemente.</translation></message>
<message><source>Whether links are followed; a link back to a folder above is not entered.</source><translation>Ob Verknüpfungen gefolgt wird; eine zurück zu einem Ordner darüber wird nicht betreten.</translation></message>
<message><source>Whether missing folders are made.</source><translation>Ob fehlende Ordner angelegt werden.</translation></message>
<message><source>Whether names that begin with a dot are listed.</source><translation>Ob Namen aufgelistet werden, die mit einem Punkt beginnen.</translation></message>
<message><source>Whether nothing to get, put or delete is fine.</source><translation>Ob es in Ordnung ist, wenn es nichts zu holen, zu senden oder zu löschen gibt.</translation></message>
<message><source>Whether only messages count that nobody has read.</source><translation>Ob nur Nachrichten zählen, die niemand gelesen hat.</translation></message>
<message><source>Whether redirects are followed, at most ten.</source><translation>Ob Weiterleitungen gefolgt wird, höchstens zehn.</translation></message>
<message><source>Whether running cards turn and flow.</source><translation>Ob laufende Karten sich drehen und fließen.</translation></message>
<message><source>Whether several labels may fit; all their ports fire.</source><translation>Ob mehrere Etiketten passen dürfen; alle ihre Ausgänge feuern.</translation></message>
<message><source>Whether several may be chosen, or none.</source><translation>Ob mehrere gewählt werden dürfen oder keines.</translation></message>
<message><source>Whether the answer must be a JSON object; it is then in 'value', too.</source><translation>Ob die Antwort ein JSON-Objekt sein muss; es ist dann auch in 'value'.</translation></message>
<message><source>Whether the broker keeps it for who comes later.</source><translation>Ob der Broker es für später Hinzukommende aufhebt.</translation></message>
<message><source>Whether the certificate of the server must be valid.</source><translation>Ob das Zertifikat des Servers gültig sein muss.</translation></message>
<message><source>Whether the connection is encrypted.</source><translation>Ob die Verbindung verschlüsselt ist.</translation></message>
<message><source>Whether the fields of 'value' are kept too; a field given here wins.</source><translation>Ob auch die Felder von 'value' bleiben; ein hier gegebenes Feld hat Vorrang.</translation></message>
<message><source>Whether the first CSV line holds the names; without it each line is a list.</source><translation>Ob die erste CSV-Zeile die Namen enthält; ohne das ist jede Zeile eine Liste.</translation></message>
<message><source>Whether the first line holds the names of the columns; without it they are column0, column1 and so on.</source><translation>Ob die erste Zeile die Namen der Spalten enthält; ohne das heißen sie column0, column1 und so weiter.</translation></message>
<message><source>Whether the key belongs to this workflow, or to all workflows of the store.</source><translation>Ob der Schlüssel zu diesem Workflow gehört oder zu allen Workflows der Ablage.</translation></message>
<message><source>Whether the largest comes first.</source><translation>Ob das Größte zuerst kommt.</translation></message>
<message><source>Whether the lines it prints go to the node's log while it runs.</source><translation>Ob die Zeilen, die er ausgibt, ins Protokoll des Knotens kommen, während er läuft.</translation></message>
<message><source>Whether the messages are marked as read afterwards.</source><translation>Ob die Nachrichten danach als gelesen markiert werden.</translation></message>
<message><source>Whether the server must have a known key.</source><translation>Ob der Server einen bekannten Schlüssel haben muss.</translation></message>
<message><source>Whether the statements are one transaction; false commits each by itself, for statements such as VACUUM that allow no transaction.</source><translation>Ob die Anweisungen eine Transaktion sind; false schreibt jede für sich fest, für Anweisungen wie VACUUM, die keine Transaktion erlauben.</translation></message>
<message><source>Whether they go to the system's trash, from where they can be put back; else they are gone.</source><translation>Ob sie in den Papierkorb des Systems kommen, aus dem sie zurückgeholt werden können; sonst sind sie weg.</translation></message>
<message><source>Whether to list files, folders or everything (also links and devices).</source><translation>Ob Dateien, Ordner oder alles aufgelistet wird (auch Verknüpfungen und Geräte).</translation></message>
<message><source>Whether to wait for its end. If not, the node completes once the run has begun, and gives its run_id and workflow; that run is neither cancelled nor undone with this one.</source><translation>Ob auf sein Ende gewartet wird. Wenn nicht, endet der Knoten, sobald der Lauf begonnen hat, und gibt dessen run_id und workflow; jener Lauf wird mit diesem weder abgebrochen noch rückgängig gemacht.</translation></message>
<message><source>Which chat it is.</source><translation>Welcher Chat es ist.</translation></message>
<message><source>Which definition</source><translation>Welche Definition</translation></message>
<message><source>Which digest; sha1 and md5 only to compare with what others made.</source><translation>Welche Prüfsumme; sha1 und md5 nur, um mit dem zu vergleichen, was andere machten.</translation></message>
<message><source>Which files: *.csv in the folder itself, **/*.csv in all folders below it, too.</source><translation>Welche Dateien: *.csv im Ordner selbst, **/*.csv auch in allen Ordnern darunter.</translation></message>
<message><source>Which inputs of the run must be there, by name, as human.form describes its fields; the output then holds these, defaults included. Empty gives all inputs.</source><translation>Welche Eingaben des Laufs vorhanden sein müssen, mit Namen, so wie human.form seine Felder beschreibt; die Ausgabe enthält dann diese, Vorgaben inbegriffen. Leer gibt alle Eingaben.</translation></message>
<message><source>Which items</source><translation>Welche Elemente</translation></message>
<message><source>Which of several equal items stays.</source><translation>Welches von mehreren gleichen Elementen bleibt.</translation></message>
<message><source>Which one stays</source><translation>Welches bleibt</translation></message>
<message><source>Which part: a path such as orders[0].id for JSON and YAML, orders/order for XML, a CSS selector such as table.prices td for HTML.</source><translation>Welcher Teil: ein Pfad wie orders[0].id bei JSON und YAML, orders/order bei XML, ein CSS-Selektor wie table.prices td bei HTML.</translation></message>
<message><source>Which paths below it: * and ? inside a name, ** across folders, [abc], {one,two}.</source><translation>Welche Pfade darunter: * und ? in einem Namen, ** über Ordner hinweg, [abc], {one,two}.</translation></message>
<message><source>Which requests.</source><translation>Welche Anfragen.</translation></message>
<message><source>Which rows stay</source><translation>Welche Zeilen bleiben</translation></message>
<message><source>Which runs that have ended may go?</source><translation>Welche beendeten Läufe dürfen gehen?</translation></message>
<message><source>Which value: amount, order.lines[0].price; empty: the whole.</source><translation>Welcher Wert: amount, order.lines[0].price; leer: das Ganze.</translation></message>
<message><source>While a run is under way</source><translation>Während ein Lauf im Gang ist</translation></message>
<message><source>Who gets a copy that the others do not see.</source><translation>Wer eine Kopie bekommt, die die anderen nicht sehen.</translation></message>
<message><source>Who gets a copy.</source><translation>Wer eine Kopie bekommt.</translation></message>
<message><source>Who gets it; a text may hold several, with commas between them.</source><translation>Wer es bekommt; ein Text darf mehrere enthalten, mit Kommas dazwischen.</translation></message>
<message><source>Who is asked</source><translation>Wer gefragt wird</translation></message>
<message><source>Who is asked; everybody when empty.</source><translation>Wer gefragt wird; leer alle.</translation></message>
<message><source>Who is let in</source><translation>Wer zugelassen ist</translation></message>
<message><source>Who sends it: ada@example.org, or Ada Lovelace &lt;ada@example.org&gt;.</source><translation>Wer es sendet: ada@example.org oder Ada Lovelace &lt;ada@example.org&gt;.</translation></message>
<message><source>Wire</source><translation>Verbindung</translation></message>
<message><source>Wires</source><translation>Verbindungen</translation></message>
<message><source>Wires in right angles</source><translation>Verbindungen in rechten Winkeln</translation></message>
<message><source>Without one, actions that are safe to repeat get three attempts on transient errors.</source><translation>Ohne sie bekommen gefahrlos wiederholbare Aktionen bei vorübergehenden Fehlern drei Versuche.</translation></message>
<message><source>Words are the name, #words are tags. Empty: none.</source><translation>Wörter sind der Name, #Wörter sind Schlagworte. Leer: keine.</translation></message>
<message><source>Words that sound urgent</source><translation>Wörter, die dringend klingen</translation></message>
<message><source>Words, or status:failed, tag:nightly, workflow:shop, name:night</source><translation>Wörter, oder status:failed, tag:nightly, workflow:shop, name:night</translation></message>
<message><source>Workflow</source><translation>Workflow</translation></message>
<message><source>Workflow '{0}' has no trigger '{1}'.</source><translation>Der Workflow '{0}' hat keinen Auslöser '{1}'.</translation></message>
<message><source>Workflow canvas</source><translation>Zeichenfläche des Workflows</translation></message>
<message><source>Workflow {0} cannot be written: {1}.</source><translation>Der Workflow {0} kann nicht geschrieben werden: {1}.</translation></message>
<message><source>Workflow {0} has {1} characters of text; the limit is {2}.</source><translation>Der Workflow {0} hat {1} Zeichen Text; die Grenze ist {2}.</translation></message>
<message><source>Workflow {0} is not valid</source><translation>Der Workflow {0} ist nicht gültig</translation></message>
<message><source>Workflows (*.flow.json);;JSON files (*.json);;All files (*)</source><translation>Workflows (*.flow.json);;JSON-Dateien (*.json);;Alle Dateien (*)</translation></message>
<message><source>Workflows call each other in a circle: {0}.</source><translation>Workflows rufen einander im Kreis auf: {0}.</translation></message>
<message><source>Working folder</source><translation>Arbeitsordner</translation></message>
<message><source>Would run these Python files beside it</source><translation>Würde diese Python-Dateien daneben ausführen</translation></message>
<message><source>Wrap it in a function of your own: def call(value: str): ...</source><translation>Hüllen Sie es in eine eigene Funktion: def call(value: str): ...</translation></message>
<message><source>Wrap the action in it: compose([layer], action). A condition can be an expression instead.</source><translation>Legen Sie sie um die Aktion: compose([layer], action). Eine Bedingung kann stattdessen ein Ausdruck sein.</translation></message>
<message><source>Wrapped around {where}, the first one outermost.</source><translation>Um {where} gelegt, die erste ganz außen.</translation></message>
<message><source>Write == to compare, instead of '=' at character {0}.</source><translation>Schreiben Sie == zum Vergleichen, statt '=' bei Zeichen {0}.</translation></message>
<message><source>Write FlatBuffersStore({0}).</source><translation>Schreiben Sie FlatBuffersStore({0}).</translation></message>
<message><source>Write a SELECT.</source><translation>Schreiben Sie ein SELECT.</translation></message>
<message><source>Write a SELECT; db.execute changes things, db.load writes rows.</source><translation>Schreiben Sie ein SELECT; db.execute ändert etwas, db.load schreibt Zeilen.</translation></message>
<message><source>Write a backslash inside a text as two backslashes.</source><translation>Schreiben Sie einen Rückstrich in einem Text als zwei Rückstriche.</translation></message>
<message><source>Write a command line, or a list: program, arguments.</source><translation>Schreiben Sie eine Befehlszeile oder eine Liste: Programm, Argumente.</translation></message>
<message><source>Write a command line.</source><translation>Schreiben Sie eine Befehlszeile.</translation></message>
<message><source>Write a comparison, such as item.amount &gt; 100, or item.name is defined.</source><translation>Schreiben Sie einen Vergleich wie item.amount &gt; 100 oder item.name is defined.</translation></message>
<message><source>Write a comparison, such as {{{{ inputs.amount &gt; 10 }}}}.</source><translation>Schreiben Sie einen Vergleich wie {{{{ inputs.amount &gt; 10 }}}}.</translation></message>
<message><source>Write a condition such as item.size &gt; 1000.</source><translation>Schreiben Sie eine Bedingung wie item.size &gt; 1000.</translation></message>
<message><source>Write a file: completely, or not at all.</source><translation>Eine Datei schreiben: ganz oder gar nicht.</translation></message>
<message><source>Write a line break inside a text as \n.</source><translation>Schreiben Sie einen Zeilenumbruch in einem Text als \n.</translation></message>
<message><source>Write a line to the log and hand a value on.</source><translation>Eine Zeile ins Protokoll schreiben und einen Wert weitergeben.</translation></message>
<message><source>Write a list and use sum, join or select, or do the work in an action such as python.code.</source><translation>Schreiben Sie eine Liste und nehmen Sie sum, join oder select, oder tun Sie die Arbeit in einer Aktion wie python.code.</translation></message>
<message><source>Write a list of labels, such as [invoice, complaint].</source><translation>Schreiben Sie eine Liste von Etiketten, etwa [invoice, complaint].</translation></message>
<message><source>Write a list of {{when, port}} or {{match, port}}.</source><translation>Schreiben Sie eine Liste von {{when, port}} oder {{match, port}}.</translation></message>
<message><source>Write a name, or mqtt://name:1883.</source><translation>Schreiben Sie einen Namen oder mqtt://name:1883.</translation></message>
<message><source>Write a name, such as requests&gt;=2.</source><translation>Schreiben Sie einen Namen, etwa requests&gt;=2.</translation></message>
<message><source>Write a number from 1 to 65535.</source><translation>Schreiben Sie eine Zahl von 1 bis 65535.</translation></message>
<message><source>Write a text.</source><translation>Schreiben Sie einen Text.</translation></message>
<message><source>Write a version from 1 to {0}.</source><translation>Schreiben Sie eine Version von 1 bis {0}.</translation></message>
<message><source>Write a whole number.</source><translation>Schreiben Sie eine ganze Zahl.</translation></message>
<message><source>Write a word, or a word and how many: gpu or gpu=2.</source><translation>Schreiben Sie ein Wort, oder ein Wort und wie viele: gpu oder gpu=2.</translation></message>
<message><source>Write an expression such as data.x &gt; 1.</source><translation>Schreiben Sie einen Ausdruck wie data.x &gt; 1.</translation></message>
<message><source>Write an expression such as inputs.amount &gt; 10.</source><translation>Schreiben Sie einen Ausdruck wie inputs.amount &gt; 10.</translation></message>
<message><source>Write an expression such as {{ inputs.name }}</source><translation>Einen Ausdruck wie {{ inputs.name }} schreiben</translation></message>
<message><source>Write an expression, or assign to 'result'.</source><translation>Schreiben Sie einen Ausdruck, oder weisen Sie 'result' etwas zu.</translation></message>
<message><source>Write compensate={{'action': ..., 'retry': {{...}}, 'timeout': ...}}; other layers may stay around the function.</source><translation>Schreiben Sie compensate={{'action': ..., 'retry': {{...}}, 'timeout': ...}}; andere Schichten dürfen um die Funktion bleiben.</translation></message>
<message><source>Write composite([first, second]).</source><translation>Schreiben Sie composite([first, second]).</translation></message>
<message><source>Write criteria of IMAP, such as FROM ada SUBJECT "monthly report" SINCE 1-Jan-2026.</source><translation>Schreiben Sie Suchbegriffe von IMAP, etwa FROM ada SUBJECT "monthly report" SINCE 1-Jan-2026.</translation></message>
<message><source>Write csv or parquet instead.</source><translation>Schreiben Sie stattdessen csv oder parquet.</translation></message>
<message><source>Write days for parts of them.</source><translation>Schreiben Sie für Teile davon Tage.</translation></message>
<message><source>Write def f(item): ...</source><translation>Schreiben Sie def f(item): ...</translation></message>
<message><source>Write def {0}({1}: Context, ...).</source><translation>Schreiben Sie def {0}({1}: Context, ...).</translation></message>
<message><source>Write file</source><translation>Datei schreiben</translation></message>
<message><source>Write for example *.txt for one folder, or **/*.txt for all folders below it.</source><translation>Schreiben Sie zum Beispiel *.txt für einen Ordner, oder **/*.txt für alle Ordner darunter.</translation></message>
<message><source>Write for example orders/order or .//item.</source><translation>Schreiben Sie zum Beispiel orders/order oder .//item.</translation></message>
<message><source>Write inputs.{0}.</source><translation>Schreiben Sie inputs.{0}.</translation></message>
<message><source>Write it as 2026-01-31T10:00:00+00:00, or use parse_date with a format.</source><translation>Schreiben Sie es als 2026-01-31T10:00:00+00:00, oder nehmen Sie parse_date mit einem Format.</translation></message>
<message><source>Write it as @action("namespace.name") in lower-case letters, digits, "-" and "_".</source><translation>Schreiben Sie es als @action("namespace.name") mit Kleinbuchstaben, Ziffern, "-" und "_".</translation></message>
<message><source>Write it as @middleware("name").</source><translation>Schreiben Sie es als @middleware("name").</translation></message>
<message><source>Write it as JSON</source><translation>Als JSON schreiben</translation></message>
<message><source>Write it as TOML.</source><translation>Schreiben Sie ihn als TOML.</translation></message>
<message><source>Write it as a filter: value | {0}.</source><translation>Schreiben Sie es als Filter: Wert | {0}.</translation></message>
<message><source>Write it as dialect://user:password@host:port/name, or give a path.</source><translation>Schreiben Sie sie als dialect://user:password@host:port/name, oder geben Sie einen Pfad.</translation></message>
<message><source>Write it as text.</source><translation>Schreiben Sie es als Text.</translation></message>
<message><source>Write it as: async def layer(call_next, ctx).</source><translation>Schreiben Sie: async def layer(call_next, ctx).</translation></message>
<message><source>Write it as: async def layer(call_next, ctx, option=default).</source><translation>Schreiben Sie sie so: async def layer(call_next, ctx, option=default).</translation></message>
<message><source>Write it like /orders/new.</source><translation>Schreiben Sie ihn wie /orders/new.</translation></message>
<message><source>Write it like 2026-01-31T18:00:00Z, as seconds since 1970, or say its 'format'.</source><translation>Schreiben Sie ihn wie 2026-01-31T18:00:00Z, als Sekunden seit 1970, oder sagen Sie sein 'format'.</translation></message>
<message><source>Write it like 2s.</source><translation>Schreiben Sie es wie 2s.</translation></message>
<message><source>Write it like 30s.</source><translation>Schreiben Sie es wie 30s.</translation></message>
<message><source>Write it like 90m, -1d, 2w, 1 month or 1 year -2d.</source><translation>Schreiben Sie sie wie 90m, -1d, 2w, 1 month oder 1 year -2d.</translation></message>
<message><source>Write it like Europe/Berlin, UTC or local.</source><translation>Schreiben Sie sie wie Europe/Berlin, UTC oder local.</translation></message>
<message><source>Write it like ada@example.org, or "Ada Lovelace &lt;ada@example.org&gt;".</source><translation>Schreiben Sie sie wie ada@example.org oder "Ada Lovelace &lt;ada@example.org&gt;".</translation></message>
<message><source>Write it like https://ntfy.sh/my-topic.</source><translation>Schreiben Sie ihn wie https://ntfy.sh/my-topic.</translation></message>
<message><source>Write it to a file and keep its path.</source><translation>Schreiben Sie ihn in eine Datei und heben Sie ihren Pfad auf.</translation></message>
<message><source>Write it to a file and read that.</source><translation>Schreiben Sie sie in eine Datei und lesen Sie diese.</translation></message>
<message><source>Write it with its scheme, for example https://example.org/path.</source><translation>Schreiben Sie sie mit ihrem Schema, zum Beispiel https://example.org/path.</translation></message>
<message><source>Write it without a repeat inside a repeat, such as (a+)+, or match a shorter text.</source><translation>Schreiben Sie ihn ohne Wiederholung in einer Wiederholung, wie (a+)+, oder suchen Sie in einem kürzeren Text.</translation></message>
<message><source>Write it without quotation marks.</source><translation>Ohne Anführungszeichen schreiben.</translation></message>
<message><source>Write large values to a file and pass its path on.</source><translation>Schreiben Sie große Werte in eine Datei, und geben Sie ihren Pfad weiter.</translation></message>
<message><source>Write minute, hour, day, month and weekday, such as 0 9 * * 1-5, or @daily.</source><translation>Schreiben Sie Minute, Stunde, Tag, Monat und Wochentag, etwa 0 9 * * 1-5, oder @daily.</translation></message>
<message><source>Write names and values, such as {{"stock": "{{{{ nodes.stock.output }}}}"}}.</source><translation>Schreiben Sie Namen und Werte, etwa {{"stock": "{{{{ nodes.stock.output }}}}"}}.</translation></message>
<message><source>Write nodes.{0}.output.</source><translation>Schreiben Sie nodes.{0}.output.</translation></message>
<message><source>Write on a note, name a frame</source><translation>Notiz schreiben, Rahmen benennen</translation></message>
<message><source>Write one expression that gives true or false.</source><translation>Schreiben Sie einen Ausdruck, der true oder false ergibt.</translation></message>
<message><source>Write one expression, such as inputs.x or data.n &gt; 3.</source><translation>Schreiben Sie einen Ausdruck, etwa inputs.x oder data.n &gt; 3.</translation></message>
<message><source>Write one expression: {{{{ ... }}}}.</source><translation>Schreiben Sie einen Ausdruck: {{{{ ... }}}}.</translation></message>
<message><source>Write one statement, or a list of them.</source><translation>Schreiben Sie eine Anweisung oder eine Liste davon.</translation></message>
<message><source>Write py:package.module:function.</source><translation>Schreiben Sie py:paket.modul:funktion.</translation></message>
<message><source>Write report</source><translation>Bericht schreiben</translation></message>
<message><source>Write rows into a database table, all of them or none.</source><translation>Zeilen in eine Datenbanktabelle schreiben, alle oder keine.</translation></message>
<message><source>Write rows to a file: CSV, TSV, JSON, lines of JSON, Parquet or Excel; completely, or not at all.</source><translation>Zeilen in eine Datei schreiben: CSV, TSV, JSON, JSON-Zeilen, Parquet oder Excel; ganz oder gar nicht.</translation></message>
<message><source>Write s3://bucket or s3://bucket/folder; other services that speak S3 are named by 'endpoint'.</source><translation>Schreiben Sie s3://bucket oder s3://bucket/folder; andere Dienste, die S3 sprechen, nennt 'endpoint'.</translation></message>
<message><source>Write seconds, or a number with ms, s, m, h or d.</source><translation>Schreiben Sie Sekunden, oder eine Zahl mit ms, s, m, h oder d.</translation></message>
<message><source>Write sha256: and 64 digits as 'floworch inspect FILE' prints them; several with commas.</source><translation>Schreiben Sie sha256: und 64 Ziffern, wie 'floworch inspect FILE' sie ausgibt; mehrere mit Kommas.</translation></message>
<message><source>Write statuses or classes, separated by commas: 2xx, 404.</source><translation>Schreiben Sie Statuscodes oder Klassen, durch Kommas getrennt: 2xx, 404.</translation></message>
<message><source>Write table</source><translation>Tabelle schreiben</translation></message>
<message><source>Write text from a template in Jinja syntax.</source><translation>Text aus einer Vorlage in Jinja-Syntax schreiben.</translation></message>
<message><source>Write texts with double quotes: "...".</source><translation>Schreiben Sie Texte mit doppelten Anführungszeichen: "...".</translation></message>
<message><source>Write the CSV</source><translation>CSV schreiben</translation></message>
<message><source>Write the digest</source><translation>Text schreiben</translation></message>
<message><source>Write the path as in orders[0].id.</source><translation>Schreiben Sie den Pfad wie orders[0].id.</translation></message>
<message><source>Write the port's name.</source><translation>Schreiben Sie den Namen des Ausgangs.</translation></message>
<message><source>Write the report</source><translation>Bericht schreiben</translation></message>
<message><source>Write the value itself.</source><translation>Schreiben Sie den Wert selbst.</translation></message>
<message><source>Write the value.</source><translation>Schreiben Sie den Wert.</translation></message>
<message><source>Write the whole character, or both halves: \ud83d\ude00.</source><translation>Schreiben Sie das ganze Zeichen, oder beide Hälften: \ud83d\ude00.</translation></message>
<message><source>Write them for version {0} and set version to {1}.</source><translation>Schreiben Sie sie für die Version {0}, und setzen Sie version auf {1}.</translation></message>
<message><source>Write what the run did as a web page or as Markdown</source><translation>Was der Lauf tat, als Webseite oder Markdown schreiben</translation></message>
<message><source>Write {0} instead of {1} at character {2}.</source><translation>Bei Zeichen {2} gehört statt {1} hierher: {0}.</translation></message>
<message><source>Write {0} instead of {1}.</source><translation>Schreiben Sie {0} statt {1}.</translation></message>
<message><source>Write {0} instead of {1}{2}.</source><translation>Schreiben Sie {0} statt {1}{2}.</translation></message>
<message><source>Write {0}.</source><translation>Schreiben Sie {0}.</translation></message>
<message><source>Write {{"key": "{{{{ ... }}}}", "as": "name"}}.</source><translation>Schreiben Sie {{"key": "{{{{ ... }}}}", "as": "name"}}.</translation></message>
<message><source>Write {{"use": {0}}}.</source><translation>Schreiben Sie {{"use": {0}}}.</translation></message>
<message><source>Write: await call_next(ctx), or await call_next(ctx.replace(params={{...}})) to change the input.</source><translation>Schreiben Sie: await call_next(ctx), oder await call_next(ctx.replace(params={{...}})), um die Eingabe zu ändern.</translation></message>
<message><source>Writes a CSV of the installed packages, checks each row, loads the good ones into SQLite and puts the others aside as dead letters.</source><translation>Schreibt eine CSV-Datei der installierten Pakete, prüft jede Zeile, lädt die guten in SQLite und legt die anderen als unzustellbar beiseite.</translation></message>
<message><source>Writes failed work to a file, one JSON line each.</source><translation>Schreibt fehlgeschlagene Arbeit in eine Datei, je eine JSON-Zeile.</translation></message>
<message><source>Years go from 1 to 9999; formats are written like %Y-%m-%d.</source><translation>Jahre gehen von 1 bis 9999; Formate werden wie %Y-%m-%d geschrieben.</translation></message>
<message><source>Yellow</source><translation>Gelb</translation></message>
<message><source>Yes</source><translation>Ja</translation></message>
<message><source>You are in a workflow that nothing opened; no container is around the selection.</source><translation>Sie sind in einem Workflow, den nichts geöffnet hat; um die Auswahl ist kein Behälter.</translation></message>
<message><source>ZIP and TAR (also with gzip, bzip2 or xz) can be unpacked.</source><translation>ZIP und TAR (auch mit gzip, bzip2 oder xz) lassen sich auspacken.</translation></message>
<message><source>Zoom</source><translation>Zoomen</translation></message>
<message><source>Zoom in</source><translation>Vergrößern</translation></message>
<message><source>Zoom in (+)</source><translation>Vergrößern (+)</translation></message>
<message><source>Zoom out</source><translation>Verkleinern</translation></message>
<message><source>Zoom out (-)</source><translation>Verkleinern (-)</translation></message>
<message><source>Zoom out (−)</source><translation>Verkleinern (−)</translation></message>
<message><source>Zoom to 100 %</source><translation>Auf 100 % zoomen</translation></message>
<message><source>Zoom to 100 % (0)</source><translation>Auf 100 % zoomen (0)</translation></message>
<message><source>[Errno {0}] {1}</source><translation>[Errno {0}] {1}</translation></message>
<message><source>a Key does not change: {0} cannot be set</source><translation>ein Key ändert sich nicht: {0} kann nicht gesetzt werden</translation></message>
<message><source>a UUID</source><translation>eine UUID</translation></message>
<message><source>a WorkflowBuilder</source><translation>ein WorkflowBuilder</translation></message>
<message><source>a boolean</source><translation>true oder false</translation></message>
<message><source>a cache</source><translation>einen Zwischenspeicher</translation></message>
<message><source>a compensation</source><translation>eine Rücknahme</translation></message>
<message><source>a compensation cannot wait or run a body</source><translation>eine Rücknahme kann nicht warten und keinen Rumpf ausführen</translation></message>
<message><source>a date</source><translation>ein Datum</translation></message>
<message><source>a date and time</source><translation>ein Datum mit Uhrzeit</translation></message>
<message><source>a date and time such as 2026-01-31T12:00:00Z</source><translation>ein Datum mit Uhrzeit wie 2026-01-31T12:00:00Z</translation></message>
<message><source>a date such as 2026-01-31</source><translation>ein Datum wie 2026-01-31</translation></message>
<message><source>a decimal number</source><translation>eine Dezimalzahl</translation></message>
<message><source>a duration: seconds, or a text such as '30s'</source><translation>eine Dauer: Sekunden, oder ein Text wie '30s'</translation></message>
<message><source>a finite number</source><translation>eine endliche Zahl</translation></message>
<message><source>a form</source><translation>ein Formular</translation></message>
<message><source>a form or a choice</source><translation>ein Formular oder eine Auswahl</translation></message>
<message><source>a frame header of {0} bytes</source><translation>ein Kopf eines Eintrags von {0} Bytes</translation></message>
<message><source>a function that decides is given as predicate=</source><translation>eine Funktion, die entscheidet, wird als predicate= angegeben</translation></message>
<message><source>a header is larger than any real one</source><translation>ein Kopf ist größer als jeder echte</translation></message>
<message><source>a key of {0}</source><translation>ein Schlüssel von {0}</translation></message>
<message><source>a lambda or local function runs but cannot be saved</source><translation>ein Lambda oder eine lokale Funktion läuft, lässt sich aber nicht speichern</translation></message>
<message><source>a length of {0} to {1} bytes</source><translation>eine Länge von {0} bis {1} Bytes</translation></message>
<message><source>a line that is no JSON: {0}</source><translation>eine Zeile, die kein JSON ist: {0}</translation></message>
<message><source>a line that is no object</source><translation>eine Zeile, die kein Objekt ist</translation></message>
<message><source>a line that starts with {0}</source><translation>eine Zeile, die mit {0} beginnt</translation></message>
<message><source>a line with an end</source><translation>eine Zeile mit einem Ende</translation></message>
<message><source>a line without {0}</source><translation>eine Zeile ohne {0}</translation></message>
<message><source>a list</source><translation>eine Liste</translation></message>
<message><source>a list of {0}</source><translation>eine Liste von {0}</translation></message>
<message><source>a list that is not empty</source><translation>eine nicht leere Liste</translation></message>
<message><source>a list would have more than {0} items</source><translation>eine Liste hätte mehr als {0} Elemente</translation></message>
<message><source>a look at what is ready</source><translation>ein Blick auf das, was bereit ist</translation></message>
<message><source>a message of {0} bytes is over the limit of {1} bytes</source><translation>eine Nachricht von {0} Bytes ist über der Grenze von {1} Bytes</translation></message>
<message><source>a multiple of {multiple_of}</source><translation>ein Vielfaches von {multiple_of}</translation></message>
<message><source>a name</source><translation>ein Name</translation></message>
<message><source>a name is missing behind the dot</source><translation>hinter dem Punkt fehlt ein Name</translation></message>
<message><source>a new workflow</source><translation>einem neuen Workflow</translation></message>
<message><source>a node</source><translation>einem Schritt</translation></message>
<message><source>a node table with {0}</source><translation>eine Knotentabelle mit {0}</translation></message>
<message><source>a number</source><translation>eine Zahl</translation></message>
<message><source>a number, a text or a time</source><translation>eine Zahl, ein Text oder eine Zeit</translation></message>
<message><source>a part that is no JSON: {0}</source><translation>ein Teil, der kein JSON ist: {0}</translation></message>
<message><source>a path</source><translation>ein Pfad</translation></message>
<message><source>a pattern of the JSON Schema: {0} {1}</source><translation>ein Muster des JSON-Schemas: {0} {1}</translation></message>
<message><source>a payload that is a {0} and no object</source><translation>ein Inhalt, der {0} ist und kein Objekt</translation></message>
<message><source>a payload that is no JSON: {0}</source><translation>ein Inhalt, der kein JSON ist: {0}</translation></message>
<message><source>a pinned output</source><translation>eine angeheftete Ausgabe</translation></message>
<message><source>a readable file</source><translation>eine lesbare Datei</translation></message>
<message><source>a record</source><translation>ein Eintrag</translation></message>
<message><source>a record of {0} bytes</source><translation>ein Eintrag von {0} Bytes</translation></message>
<message><source>a record of {0} bytes is over the limit of {1}</source><translation>ein Eintrag von {0} Bytes ist über der Grenze von {1}</translation></message>
<message><source>a record that is no run header</source><translation>ein Eintrag, der kein Kopf eines Laufs ist</translation></message>
<message><source>a record that is no snapshot</source><translation>ein Eintrag, der kein Zwischenstand ist</translation></message>
<message><source>a record with the identifier {0}</source><translation>ein Eintrag mit der Kennung {0}</translation></message>
<message><source>a reference to a table needs the path of a file, not {0}</source><translation>ein Verweis auf eine Tabelle braucht den Pfad einer Datei, nicht {0}</translation></message>
<message><source>a result that is known is given for parameters that nobody has checked</source><translation>ein bekanntes Ergebnis wird für Parameter gegeben, die niemand geprüft hat</translation></message>
<message><source>a retry policy</source><translation>eine Regel für Neuversuche</translation></message>
<message><source>a retry policy has no {0}</source><translation>für neue Versuche gibt es kein {0}</translation></message>
<message><source>a run header</source><translation>ein Kopf eines Laufs</translation></message>
<message><source>a run header without {0}</source><translation>ein Kopf eines Laufs ohne {0}</translation></message>
<message><source>a run of journal format {0}, written by a newer version</source><translation>ein Lauf mit dem Journalformat {0}, von einer neueren Version geschrieben</translation></message>
<message><source>a second run header</source><translation>ein zweiter Kopf eines Laufs</translation></message>
<message><source>a segment header of {0} bytes</source><translation>ein Kopf eines Abschnitts von {0} Bytes</translation></message>
<message><source>a segment of at most {0} bytes</source><translation>ein Abschnitt von höchstens {0} Bytes</translation></message>
<message><source>a string that is not UTF-8</source><translation>ein Text, der kein UTF-8 ist</translation></message>
<message><source>a text</source><translation>ein Text</translation></message>
<message><source>a time</source><translation>eine Uhrzeit</translation></message>
<message><source>a time such as 12:30:00</source><translation>eine Uhrzeit wie 12:30:00</translation></message>
<message><source>a time with a zone</source><translation>eine Zeit mit Zeitzone</translation></message>
<message><source>a timeout</source><translation>eine Zeitgrenze</translation></message>
<message><source>a timer</source><translation>eine Uhr</translation></message>
<message><source>a value</source><translation>ein Wert</translation></message>
<message><source>a value of type {0}</source><translation>ein Wert vom Typ {0}</translation></message>
<message><source>a value on one side of ~ is undefined</source><translation>ein Wert auf einer Seite von ~ ist nicht definiert</translation></message>
<message><source>a value would be longer than {0} bytes</source><translation>ein Wert würde über {0} Bytes lang</translation></message>
<message><source>a value would be nested deeper than {0}</source><translation>ein Wert würde tiefer als {0} verschachtelt</translation></message>
<message><source>a very long whole number</source><translation>eine sehr lange ganze Zahl</translation></message>
<message><source>a vtable of {0} bytes</source><translation>eine Tabelle von {0} Bytes</translation></message>
<message><source>a whole number</source><translation>eine ganze Zahl</translation></message>
<message><source>a whole number of that size is not a duration: it is too long</source><translation>eine ganze Zahl dieser Größe ist keine Dauer: Sie ist zu lang</translation></message>
<message><source>a workflow</source><translation>einem Workflow</translation></message>
<message><source>a {0} where an object belongs</source><translation>{0}, wo ein Objekt hingehört</translation></message>
<message><source>about to end</source><translation>gleich fertig</translation></message>
<message><source>about {time} left</source><translation>noch etwa {time}</translation></message>
<message><source>action version {0} → {1}</source><translation>Version der Aktion {0} → {1}</translation></message>
<message><source>action {0} → {1}</source><translation>Aktion {0} → {1}</translation></message>
<message><source>actions={0} is no registry of actions: {1}.</source><translation>actions={0} ist kein Verzeichnis von Aktionen: {1}.</translation></message>
<message><source>add (choice)</source><translation>addieren</translation></message>
<message><source>add a node</source><translation>Knoten hinzufügen</translation></message>
<message><source>add the next node</source><translation>nächsten Knoten hinzufügen</translation></message>
<message><source>added</source><translation>hinzugefügt</translation></message>
<message><source>after a step: {0}{1}</source><translation>nach einem Schritt: {0}{1}</translation></message>
<message><source>after one that runs again</source><translation>nach einem, der noch einmal läuft</translation></message>
<message><source>after {took}</source><translation>nach {took}</translation></message>
<message><source>all (choice)</source><translation>alle</translation></message>
<message><source>all (keep)</source><translation>alles</translation></message>
<message><source>all keys</source><translation>alle Tasten</translation></message>
<message><source>all: every kind · transient: connection, timeout, rate limit, external service.</source><translation>all: jede Art · transient: Verbindung, Zeitgrenze, Ratenbegrenzung, fremder Dienst.</translation></message>
<message><source>all: every link into it was taken · any: at least one was · first: at the first one, without waiting.</source><translation>all: jede Verbindung zu ihm wurde genommen · any: mindestens eine · first: bei der ersten, ohne zu warten.</translation></message>
<message><source>an action from the palette onto the canvas</source><translation>eine Aktion aus der Palette auf die Zeichenfläche</translation></message>
<message><source>an approval</source><translation>eine Genehmigung</translation></message>
<message><source>an empty object</source><translation>ein leeres Objekt</translation></message>
<message><source>an encoded value</source><translation>ein kodierter Wert</translation></message>
<message><source>an event</source><translation>ein Ereignis</translation></message>
<message><source>an event record without an event</source><translation>ein Eintrag ohne Ereignis</translation></message>
<message><source>an event that may follow</source><translation>ein Ereignis, das folgen darf</translation></message>
<message><source>an event without {0}</source><translation>ein Ereignis ohne {0}</translation></message>
<message><source>an expression, true or false</source><translation>ein Ausdruck, true oder false</translation></message>
<message><source>an installed package</source><translation>ein installiertes Paket</translation></message>
<message><source>an integer</source><translation>eine ganze Zahl</translation></message>
<message><source>an integer of at most 64 bits</source><translation>eine ganze Zahl von höchstens 64 Bit</translation></message>
<message><source>an integer of more than {0} digits</source><translation>eine ganze Zahl mit mehr als {0} Stellen</translation></message>
<message><source>an item failed</source><translation>ein Element schlug fehl</translation></message>
<message><source>an object</source><translation>ein Objekt</translation></message>
<message><source>an object with computed keys has no counterpart</source><translation>ein Objekt mit berechneten Schlüsseln hat keine Entsprechung</translation></message>
<message><source>an offset to byte {0} of a record of {1} bytes</source><translation>ein Verweis auf Byte {0} eines Eintrags von {1} Bytes</translation></message>
<message><source>and</source><translation>und</translation></message>
<message><source>and {0} more</source><translation>und {0} weitere</translation></message>
<message><source>another process</source><translation>einem anderen Prozess</translation></message>
<message><source>another record</source><translation>ein anderer Eintrag</translation></message>
<message><source>another retry of its own</source><translation>ein weiterer eigener Neuversuch</translation></message>
<message><source>another worker had begun it</source><translation>ein anderer Arbeiter hatte es begonnen</translation></message>
<message><source>answered</source><translation>beantwortet</translation></message>
<message><source>any (choice)</source><translation>beliebig</translation></message>
<message><source>any (join)</source><translation>mindestens eine</translation></message>
<message><source>append (choice)</source><translation>anhängen</translation></message>
<message><source>append adds the rows, upsert also changes rows whose keys exist, replace empties the table first and adds the columns it lacks.</source><translation>append fügt die Zeilen an, upsert ändert auch Zeilen, deren Schlüssel es gibt, replace leert zuerst die Tabelle und ergänzt fehlende Spalten.</translation></message>
<message><source>approval given</source><translation>Genehmigung erteilt</translation></message>
<message><source>approve (choice)</source><translation>genehmigen</translation></message>
<message><source>are new</source><translation>neu</translation></message>
<message><source>arrange</source><translation>anordnen</translation></message>
<message><source>array (choice)</source><translation>Liste</translation></message>
<message><source>artifact {0} is damaged</source><translation>der große Wert {0} ist beschädigt</translation></message>
<message><source>asked {0}×: {1}</source><translation>{0}× gefragt: {1}</translation></message>
<message><source>asking {0}</source><translation>fragt {0}</translation></message>
<message><source>at least</source><translation>mindestens</translation></message>
<message><source>at least {ge}</source><translation>mindestens {ge}</translation></message>
<message><source>at most</source><translation>höchstens</translation></message>
<message><source>at most {le}</source><translation>höchstens {le}</translation></message>
<message><source>at most {max_length} entries</source><translation>höchstens {max_length} Einträge</translation></message>
<message><source>at the breakpoint of {0}{1}{2}</source><translation>am Haltepunkt von {0}{1}{2}</translation></message>
<message><source>attempt to write a readonly database</source><translation>die Datenbank ist nur lesbar</translation></message>
<message><source>attempt {0}</source><translation>Versuch {0}</translation></message>
<message><source>attempt {0} started</source><translation>Versuch {0} begonnen</translation></message>
<message><source>attempt {attempt}{total}</source><translation>Versuch {attempt}{total}</translation></message>
<message><source>attempt {number}</source><translation>Versuch {number}</translation></message>
<message><source>auto (choice)</source><translation>automatisch</translation></message>
<message><source>avg (choice)</source><translation>Durchschnitt</translation></message>
<message><source>back-off before the next attempt</source><translation>Wartezeit vor dem nächsten Versuch</translation></message>
<message><source>be != {0}</source><translation>!= {0} sein</translation></message>
<message><source>be &lt; {0}</source><translation>&lt; {0} sein</translation></message>
<message><source>be &lt;= {0}</source><translation>&lt;= {0} sein</translation></message>
<message><source>be == {0}</source><translation>== {0} sein</translation></message>
<message><source>be &gt; {0}</source><translation>&gt; {0} sein</translation></message>
<message><source>be &gt;= {0}</source><translation>&gt;= {0} sein</translation></message>
<message><source>be at least {0}</source><translation>mindestens {0} sein</translation></message>
<message><source>be at most {0}</source><translation>höchstens {0} sein</translation></message>
<message><source>be not in {0}</source><translation>nicht in {0} sein</translation></message>
<message><source>be of type {0}</source><translation>vom Typ {0} sein</translation></message>
<message><source>be one of {0}</source><translation>eines von {0} sein</translation></message>
<message><source>been disabled</source><translation>eine Abschaltung</translation></message>
<message><source>before its first step</source><translation>vor seinem ersten Schritt</translation></message>
<message><source>begins its first round</source><translation>beginnt seine erste Runde</translation></message>
<message><source>begins {0} items</source><translation>beginnt {0} Elemente</translation></message>
<message><source>begun</source><translation>begonnen</translation></message>
<message><source>bend</source><translation>knicken</translation></message>
<message><source>boolean (choice)</source><translation>ja/nein</translation></message>
<message><source>breakpoint</source><translation>Haltepunkt</translation></message>
<message><source>breakpoint hit</source><translation>Haltepunkt erreicht</translation></message>
<message><source>breakpoint passed</source><translation>Haltepunkt verlassen</translation></message>
<message><source>built in</source><translation>eingebaut</translation></message>
<message><source>bypassed</source><translation>übergangen</translation></message>
<message><source>bytes (choice)</source><translation>Bytes</translation></message>
<message><source>cache must be true, false, or an object of options.</source><translation>cache muss true, false oder ein Objekt mit Optionen sein.</translation></message>
<message><source>call a workflow that only the run knows</source><translation>einen Workflow aufrufen, den erst der Lauf kennt</translation></message>
<message><source>can only sum numbers, got {0}</source><translation>nur Zahlen lassen sich addieren, nicht {0}</translation></message>
<message><source>cancelled</source><translation>abgebrochen</translation></message>
<message><source>cancelled (choice)</source><translation>abgebrochen</translation></message>
<message><source>cancelling</source><translation>wird abgebrochen</translation></message>
<message><source>cannot be kept: {0}</source><translation>lässt sich nicht aufheben: {0}</translation></message>
<message><source>cannot be started: {0}</source><translation>kann nicht gestartet werden: {0}</translation></message>
<message><source>cannot calculate length of value of type {0}</source><translation>die Länge eines Werts vom Typ {0} lässt sich nicht ermitteln</translation></message>
<message><source>cannot convert value into pair list</source><translation>der Wert lässt sich nicht in eine Liste von Paaren umwandeln</translation></message>
<message><source>cannot convert value into pairs</source><translation>der Wert lässt sich nicht in Paare umwandeln</translation></message>
<message><source>cannot convert {0} to {1}</source><translation>{0} lässt sich nicht in {1} umwandeln</translation></message>
<message><source>cannot get absolute value</source><translation>der Betrag lässt sich nicht bilden</translation></message>
<message><source>cannot perform a containment check on this value</source><translation>in diesem Wert lässt sich nichts suchen</translation></message>
<message><source>cannot round value ({0})</source><translation>der Wert lässt sich nicht runden ({0})</translation></message>
<message><source>changed</source><translation>geändert</translation></message>
<message><source>changed earlier</source><translation>früher geändert</translation></message>
<message><source>changed: {fields}</source><translation>geändert: {fields}</translation></message>
<message><source>changed; its failure was handled</source><translation>geändert; sein Fehlschlag war behandelt</translation></message>
<message><source>changed; its items are listed anew</source><translation>geändert; seine Elemente werden neu aufgelistet</translation></message>
<message><source>changed; its result is kept</source><translation>geändert; sein Ergebnis bleibt</translation></message>
<message><source>changed; its results are kept</source><translation>geändert; seine Ergebnisse bleiben</translation></message>
<message><source>checksum {0}</source><translation>Prüfsumme {0}</translation></message>
<message><source>clock={0} is no clock: {1}.</source><translation>clock={0} ist keine Uhr: {1}.</translation></message>
<message><source>collect (choice)</source><translation>sammeln</translation></message>
<message><source>comparing {0}</source><translation>vergleicht {0}</translation></message>
<message><source>compensated</source><translation>rückgängig gemacht</translation></message>
<message><source>compensating</source><translation>wird rückgängig gemacht</translation></message>
<message><source>compensation</source><translation>Rücknahme</translation></message>
<message><source>compensation failed</source><translation>Rücknahme fehlgeschlagen</translation></message>
<message><source>compensation interrupted</source><translation>Rücknahme unterbrochen</translation></message>
<message><source>compensation retrying</source><translation>Rücknahme: neuer Versuch</translation></message>
<message><source>complete (choice)</source><translation>abschließen</translation></message>
<message><source>completed</source><translation>abgeschlossen</translation></message>
<message><source>completed in {0} s</source><translation>in {0} s abgeschlossen</translation></message>
<message><source>compose takes a list of layers, then one action: compose([retry(3)], action).</source><translation>compose nimmt eine Liste von Schichten, dann eine Aktion: compose([retry(3)], action).</translation></message>
<message><source>composite needs at least one action.</source><translation>composite braucht mindestens eine Aktion.</translation></message>
<message><source>composite takes a list of actions, not {0}.</source><translation>composite nimmt eine Liste von Aktionen, nicht {0}.</translation></message>
<message><source>compressed data</source><translation>komprimierte Daten</translation></message>
<message><source>compression must be a level from 1 (quick) to 19 (small), not {0}.</source><translation>compression muss eine Stufe von 1 (schnell) bis 19 (klein) sein, nicht {0}.</translation></message>
<message><source>connect</source><translation>verbinden</translation></message>
<message><source>contain {0}</source><translation>{0} enthalten</translation></message>
<message><source>continue (choice)</source><translation>weitermachen</translation></message>
<message><source>control channels are local</source><translation>Steuerkanäle sind lokal</translation></message>
<message><source>copy (choice)</source><translation>kopieren</translation></message>
<message><source>copy, or move.</source><translation>Kopieren (copy) oder verschieben (move).</translation></message>
<message><source>could not undo {0}</source><translation>{0} konnte nicht rückgängig gemacht werden</translation></message>
<message><source>count (choice)</source><translation>Anzahl</translation></message>
<message><source>count_distinct (choice)</source><translation>Anzahl verschiedener</translation></message>
<message><source>create (choice)</source><translation>neu anlegen</translation></message>
<message><source>created</source><translation>angelegt</translation></message>
<message><source>created (choice)</source><translation>angelegt</translation></message>
<message><source>data (choice)</source><translation>gemeinsame Daten</translation></message>
<message><source>data key {0}</source><translation>der Datenschlüssel {0}</translation></message>
<message><source>data key {0} holds {1}, not {2}</source><translation>der Datenschlüssel {0} enthält {1}, nicht {2}</translation></message>
<message><source>data key {0} takes {1}, not {2}</source><translation>der Datenschlüssel {0} nimmt {1}, nicht {2}</translation></message>
<message><source>date_add: the result is not a date between the years 1 and 9999.</source><translation>date_add: Das Ergebnis ist kein Datum zwischen den Jahren 1 und 9999.</translation></message>
<message><source>date_add: {0} is not a span of time.</source><translation>date_add: {0} ist keine Zeitspanne.</translation></message>
<message><source>date_format: the format is longer than {0} characters.</source><translation>date_format: Das Format ist länger als {0} Zeichen.</translation></message>
<message><source>date_format: {0} is not a date format.</source><translation>date_format: {0} ist kein Format für ein Datum.</translation></message>
<message><source>days (choice)</source><translation>Tage</translation></message>
<message><source>db.* with PostgreSQL</source><translation>db.* mit PostgreSQL</translation></message>
<message><source>decided anew</source><translation>neu entschieden</translation></message>
<message><source>decided anew: the way to it changed</source><translation>neu entschieden: Der Weg zu ihm änderte sich</translation></message>
<message><source>decimal or integer beyond 128 bits</source><translation>Dezimalzahl oder ganze Zahl jenseits von 128 Bit</translation></message>
<message><source>declared</source><translation>deklariert</translation></message>
<message><source>default {value}</source><translation>Vorgabe {value}</translation></message>
<message><source>delete</source><translation>löschen</translation></message>
<message><source>delete (choice)</source><translation>löschen</translation></message>
<message><source>delete and reconnect</source><translation>löschen und neu verbinden</translation></message>
<message><source>deleted (choice)</source><translation>gelöscht</translation></message>
<message><source>did you mean {0}?</source><translation>meinten Sie {0}?</translation></message>
<message><source>diff (choice)</source><translation>Unterschied</translation></message>
<message><source>differs</source><translation>unterschiedlich</translation></message>
<message><source>dir (choice)</source><translation>Ordner</translation></message>
<message><source>disable</source><translation>ausschalten</translation></message>
<message><source>distinct (choice)</source><translation>verschiedene</translation></message>
<message><source>distributed {0} there, {1} here</source><translation>distributed {0} dort, {1} hier</translation></message>
<message><source>division by zero</source><translation>Division durch null</translation></message>
<message><source>done</source><translation>erledigt</translation></message>
<message><source>duplicate</source><translation>duplizieren</translation></message>
<message><source>edge</source><translation>Verbindung</translation></message>
<message><source>end (choice)</source><translation>am Ende</translation></message>
<message><source>end of block</source><translation>das Ende des Blocks</translation></message>
<message><source>end of the expression</source><translation>das Ende des Ausdrucks</translation></message>
<message><source>env.{0}: a variable holds text, not {1}.</source><translation>env.{0}: Eine Variable enthält Text, nicht {1}.</translation></message>
<message><source>env: there is no environment variable {0}.</source><translation>env: Es gibt keine Umgebungsvariable {0}.</translation></message>
<message><source>env: {0} cannot be the name of an environment variable.</source><translation>env: {0} kann nicht der Name einer Umgebungsvariablen sein.</translation></message>
<message><source>error (choice)</source><translation>Fehler</translation></message>
<message><source>error: {one} → {other}</source><translation>Fehler: {one} → {other}</translation></message>
<message><source>event number {0}</source><translation>Ereignis Nummer {0}</translation></message>
<message><source>event {0} follows event {1} in run {2}</source><translation>das Ereignis {0} folgt im Lauf {2} auf das Ereignis {1}</translation></message>
<message><source>event {0} of run {1} has the unknown kind {2}</source><translation>das Ereignis {0} des Laufs {1} hat die unbekannte Art {2}</translation></message>
<message><source>event {0} of run {1} names the unknown node {2}</source><translation>das Ereignis {0} des Laufs {1} nennt den unbekannten Knoten {2}</translation></message>
<message><source>event {0} of run {1}: node {2} cannot go from {3} to {4}</source><translation>Ereignis {0} des Laufs {1}: Der Knoten {2} kann nicht von {3} zu {4} übergehen</translation></message>
<message><source>every node of the workflow</source><translation>jeden Knoten des Workflows</translation></message>
<message><source>every worker that could run it is gone</source><translation>jeder Arbeiter, der es ausführen könnte, ist fort</translation></message>
<message><source>exists (choice)</source><translation>ist da</translation></message>
<message><source>exists takes a file at once, stable when its size and time have not changed for a while, gone when nothing is there any more.</source><translation>exists nimmt eine Datei sofort, stable, wenn sich Größe und Zeit eine Weile nicht geändert haben, gone, wenn dort nichts mehr ist.</translation></message>
<message><source>exit code {0}</source><translation>Rückgabewert {0}</translation></message>
<message><source>expected {0}, found {1}</source><translation>erwartet {0}, gefunden {1}</translation></message>
<message><source>expecting property name enclosed in double quotes</source><translation>ein Name in doppelten Anführungszeichen wird erwartet</translation></message>
<message><source>expecting value</source><translation>ein Wert wird erwartet</translation></message>
<message><source>expecting {0} delimiter</source><translation>{0} wird erwartet</translation></message>
<message><source>expressions cannot change values</source><translation>Ausdrücke können Werte nicht ändern</translation></message>
<message><source>extra data</source><translation>überzählige Daten</translation></message>
<message><source>fail (choice)</source><translation>fehlschlagen</translation></message>
<message><source>fail ends in a validation_error that names every finding, route goes on at the port invalid.</source><translation>fail endet mit einem validation_error, der jeden Befund nennt, route macht beim Ausgang invalid weiter.</translation></message>
<message><source>fail: the run fails unless its error port leads somewhere · continue: the run goes on without its output.</source><translation>fail: Der Lauf schlägt fehl, wenn sein Fehleranschluss nirgendwohin führt · continue: Der Lauf geht ohne seine Ausgabe weiter.</translation></message>
<message><source>failed</source><translation>fehlgeschlagen</translation></message>
<message><source>failed after {0} s: {1}</source><translation>nach {0} s fehlgeschlagen: {1}</translation></message>
<message><source>failed and changed</source><translation>fehlgeschlagen und geändert</translation></message>
<message><source>file (choice)</source><translation>Datei</translation></message>
<message><source>file is not a database</source><translation>die Datei ist keine Datenbank</translation></message>
<message><source>file of the table in '{0}',</source><translation>Datei der Tabelle in '{0}',</translation></message>
<message><source>file or folder</source><translation>Datei oder Ordner</translation></message>
<message><source>file.object needs a library that is not installed.</source><translation>file.object braucht eine Bibliothek, die nicht installiert ist.</translation></message>
<message><source>filter name is required</source><translation>der Name eines Filters fehlt</translation></message>
<message><source>filter {0} is unknown</source><translation>den Filter {0} gibt es nicht</translation></message>
<message><source>find any command</source><translation>jeden Befehl finden</translation></message>
<message><source>first (choice)</source><translation>erste</translation></message>
<message><source>first (join)</source><translation>die erste</translation></message>
<message><source>first difference: {words}</source><translation>erster Unterschied: {words}</translation></message>
<message><source>floworch design, PNG and PDF pictures</source><translation>floworch design, Bilder als PNG und PDF</translation></message>
<message><source>floworch is not installed there ({0})</source><translation>floworch ist dort nicht installiert ({0})</translation></message>
<message><source>floworch {0} is installed where {1} is needed</source><translation>floworch {0} ist installiert, wo {1} gebraucht wird</translation></message>
<message><source>floworch {0} is installed where {1} is needed ({2})</source><translation>floworch {0} ist installiert, wo {1} gebraucht wird ({2})</translation></message>
<message><source>floworch {0} there, {1} here</source><translation>floworch {0} dort, {1} hier</translation></message>
<message><source>floworch.RunStore says what a store does.</source><translation>floworch.RunStore sagt, was ein Speicher tut.</translation></message>
<message><source>folder= is a path, not {0}.</source><translation>folder= ist ein Pfad, nicht {0}.</translation></message>
<message><source>for the first time</source><translation>zum ersten Mal</translation></message>
<message><source>form submitted</source><translation>Formular abgeschickt</translation></message>
<message><source>format (choice)</source><translation>formatieren</translation></message>
<message><source>format {0}, written by a newer version</source><translation>Format {0}, von einer neueren Version geschrieben</translation></message>
<message><source>format {0}, written by another version</source><translation>Format {0}, von einer anderen Version geschrieben</translation></message>
<message><source>format: a width has at most three digits, and no value stands for it.</source><translation>format: Eine Breite hat höchstens drei Ziffern, und kein Wert steht für sie.</translation></message>
<message><source>format: a width has at most three digits.</source><translation>format: Eine Breite hat höchstens drei Ziffern.</translation></message>
<message><source>format: {0} does not fit its values: {1}.</source><translation>format: {0} passt nicht zu seinen Werten: {1}.</translation></message>
<message><source>frame</source><translation>einrahmen</translation></message>
<message><source>from_json: not JSON at line {0}, column {1}.</source><translation>from_json: kein JSON in Zeile {0}, Spalte {1}.</translation></message>
<message><source>from_json: the JSON is nested too deep.</source><translation>from_json: Das JSON ist zu tief verschachtelt.</translation></message>
<message><source>from_json: {0} is not a JSON value.</source><translation>from_json: {0} ist kein JSON-Wert.</translation></message>
<message><source>fulfil {0}</source><translation>{0} erfüllen</translation></message>
<message><source>functions have no counterpart</source><translation>Funktionen haben keine Entsprechung</translation></message>
<message><source>get (choice)</source><translation>holen</translation></message>
<message><source>get brings files, put sends them, list looks at them, delete removes them.</source><translation>get holt Dateien, put sendet sie, list sieht sie sich an, delete löscht sie.</translation></message>
<message><source>get brings objects, put sends files, list looks at objects, delete removes them.</source><translation>get holt Objekte, put sendet Dateien, list sieht sich Objekte an, delete löscht sie.</translation></message>
<message><source>get reads it, set keeps 'value', increment adds 'value' (1 when left out) to a number, delete removes it.</source><translation>get liest ihn, set behält 'value', increment zählt 'value' (ohne Angabe 1) zu einer Zahl hinzu, delete löscht ihn.</translation></message>
<message><source>git cannot be started: {why}.</source><translation>git lässt sich nicht starten: {why}.</translation></message>
<message><source>git did not answer within {n:.0f} s.</source><translation>git hat nicht innerhalb von {n:.0f} s geantwortet.</translation></message>
<message><source>git is not installed.</source><translation>git ist nicht installiert.</translation></message>
<message><source>give either a value or an action, not both</source><translation>geben Sie entweder einen Wert oder eine Aktion, nicht beides</translation></message>
<message><source>goes on</source><translation>dauert an</translation></message>
<message><source>gone</source><translation>weg</translation></message>
<message><source>gone (choice)</source><translation>ist weg</translation></message>
<message><source>greater than {gt}</source><translation>größer als {gt}</translation></message>
<message><source>hangs on what runs again</source><translation>hängt an dem, was noch einmal läuft</translation></message>
<message><source>have a length of at least {0}</source><translation>mindestens die Länge {0} haben</translation></message>
<message><source>have a length of at most {0}</source><translation>höchstens die Länge {0} haben</translation></message>
<message><source>header checksum {0}</source><translation>Prüfsumme des Kopfs {0}</translation></message>
<message><source>holds a body</source><translation>einen Rumpf enthält</translation></message>
<message><source>hours (choice)</source><translation>Stunden</translation></message>
<message><source>https://</source><translation>https://</translation></message>
<message><source>idempotent (choice)</source><translation>wirkt nur einmal</translation></message>
<message><source>in doubt</source><translation>im Zweifel</translation></message>
<message><source>in doubt whether it took effect before the crash: {0}</source><translation>im Zweifel, ob es vor dem Absturz gewirkt hat: {0}</translation></message>
<message><source>in {h} h {m} min</source><translation>in {h} h {m} min</translation></message>
<message><source>in {n} min</source><translation>in {n} min</translation></message>
<message><source>in {n} s</source><translation>in {n} s</translation></message>
<message><source>in {took}</source><translation>in {took}</translation></message>
<message><source>increment (choice)</source><translation>erhöhen</translation></message>
<message><source>indent: the width must be between 0 and 1000.</source><translation>indent: Die Breite muss zwischen 0 und 1000 liegen.</translation></message>
<message><source>info (choice)</source><translation>Information</translation></message>
<message><source>inner gives the pairs, left also left rows without a partner, outer also right ones, append all left rows and then all right ones.</source><translation>inner gibt die Paare, left auch linke Zeilen ohne Partner, outer auch rechte, append alle linken Zeilen und dann alle rechten.</translation></message>
<message><source>input (choice)</source><translation>Eingabe</translation></message>
<message><source>input {0} changed</source><translation>Eingabe {0} geändert</translation></message>
<message><source>inputs {0} changed</source><translation>Eingaben {0} geändert</translation></message>
<message><source>inputs: '{0}' cannot be the name of a variable.</source><translation>inputs: '{0}' kann nicht der Name einer Variablen sein.</translation></message>
<message><source>insecure method call</source><translation>diese Methode darf nicht aufgerufen werden</translation></message>
<message><source>installs {{}}</source><translation>installiert {{}}</translation></message>
<message><source>int: {0} is not a number.</source><translation>int: {0} ist keine Zahl.</translation></message>
<message><source>integer (choice)</source><translation>ganze Zahl</translation></message>
<message><source>interrupted</source><translation>unterbrochen</translation></message>
<message><source>invalid \escape</source><translation>ungültiges \escape</translation></message>
<message><source>invalid control character</source><translation>ungültiges Steuerzeichen</translation></message>
<message><source>invalid operation</source><translation>unerlaubter Vorgang</translation></message>
<message><source>invalid syntax</source><translation>ungültige Syntax</translation></message>
<message><source>is gone</source><translation>gibt es nicht mehr</translation></message>
<message><source>is not trusted</source><translation>ist nicht vertraut</translation></message>
<message><source>is pinned</source><translation>ist angeheftet</translation></message>
<message><source>it answers</source><translation>er antwortet</translation></message>
<message><source>it answers, and nothing is kept to log in with</source><translation>er antwortet, und für die Anmeldung ist nichts hinterlegt</translation></message>
<message><source>it bounds all attempts together to {0} s, but the waiting between them alone takes {1} s</source><translation>es begrenzt alle Versuche zusammen auf {0} s, doch allein das Warten dazwischen dauert {1} s</translation></message>
<message><source>it cannot be asked ({0})</source><translation>er kann nicht gefragt werden ({0})</translation></message>
<message><source>it cannot be asked what it has ({0}: {1})</source><translation>er kann nicht gefragt werden, was er hat ({0}: {1})</translation></message>
<message><source>it changed</source><translation>er änderte sich</translation></message>
<message><source>it declares entities, which no feed needs</source><translation>es erklärt Entitäten, die kein Feed braucht</translation></message>
<message><source>it did not answer within {0} seconds</source><translation>er antwortete nicht innerhalb von {0} Sekunden</translation></message>
<message><source>it does not lead to {0}</source><translation>er führt nicht zu {0}</translation></message>
<message><source>it does not say what it has</source><translation>er sagt nicht, was er hat</translation></message>
<message><source>it ended with code {0}</source><translation>er endete mit dem Code {0}</translation></message>
<message><source>it ends too early</source><translation>er endet zu früh</translation></message>
<message><source>it failed</source><translation>er schlug fehl</translation></message>
<message><source>it failed in {0}</source><translation>er schlug in {0} fehl</translation></message>
<message><source>it failed in {run}</source><translation>er schlug in {run} fehl</translation></message>
<message><source>it gave no sign of life for {0} s</source><translation>es gab {0} s lang kein Lebenszeichen</translation></message>
<message><source>it goes on although it was asked to stop again and again; it is left to itself, and its result is dropped</source><translation>er läuft weiter, obwohl er immer wieder um ein Ende gebeten wurde; er bleibt sich selbst überlassen, sein Ergebnis wird verworfen</translation></message>
<message><source>it had changed before {0} took its result over</source><translation>er hatte sich geändert, bevor {0} sein Ergebnis übernahm</translation></message>
<message><source>it has begun and would move into a container</source><translation>er hat begonnen und käme in einen Behälter</translation></message>
<message><source>it has completed and would be taken out: allow that with allow_removed (--allow-removed)</source><translation>er ist abgeschlossen und würde entfallen: Erlauben Sie das mit allow_removed (--allow-removed)</translation></message>
<message><source>it has completed: start a new run</source><translation>er ist abgeschlossen: Starten Sie einen neuen Lauf</translation></message>
<message><source>it has more than {0} bytes</source><translation>es hat mehr als {0} Bytes</translation></message>
<message><source>it has no worker; start one: floworch worker {0}</source><translation>er hat keinen Arbeiter; starten Sie einen: floworch worker {0}</translation></message>
<message><source>it has no {0}</source><translation>es hat kein {0}</translation></message>
<message><source>it holds more than {0} files</source><translation>es enthält mehr als {0} Dateien</translation></message>
<message><source>it holds {0} twice</source><translation>es enthält {0} zweimal</translation></message>
<message><source>it holds {0}, which {1} does not list</source><translation>es enthält {0}, was {1} nicht aufführt</translation></message>
<message><source>it is XML, but no feed: its root is &lt;{0}&gt;</source><translation>es ist XML, aber kein Feed: seine Wurzel ist &lt;{0}&gt;</translation></message>
<message><source>it is a class</source><translation>es ist eine Klasse</translation></message>
<message><source>it is a folder</source><translation>es ist ein Ordner</translation></message>
<message><source>it is a run of the workflow {0}, and the other definition is of {1}</source><translation>es ist ein Lauf des Workflows {0}, und die andere Definition ist von {1}</translation></message>
<message><source>it is behind {0}, and {1}</source><translation>er ist hinter {0}, und {1}</translation></message>
<message><source>it is disabled now</source><translation>er ist jetzt abgeschaltet</translation></message>
<message><source>it is disabled: its input is passed on</source><translation>er ist abgeschaltet: Seine Eingabe wird weitergegeben</translation></message>
<message><source>it is in doubt whether it took effect before a crash: decide that first (in_doubt)</source><translation>es ist im Zweifel, ob er vor einem Absturz gewirkt hat: Entscheiden Sie das zuerst (in_doubt)</translation></message>
<message><source>it is in doubt whether this took effect before a crash; it was decided to fail it</source><translation>es ist im Zweifel, ob dies vor einem Absturz gewirkt hat; es wurde entschieden, es fehlschlagen zu lassen</translation></message>
<message><source>it is inside {0}</source><translation>er ist in {0}</translation></message>
<message><source>it is larger than {0} MiB</source><translation>es ist größer als {0} MiB</translation></message>
<message><source>it is nested too deep</source><translation>es ist zu tief verschachtelt</translation></message>
<message><source>it is nested too deeply</source><translation>es ist zu tief verschachtelt</translation></message>
<message><source>it is no JSON object</source><translation>sie ist kein JSON-Objekt</translation></message>
<message><source>it is no object</source><translation>sie ist kein Objekt</translation></message>
<message><source>it is no regular file</source><translation>es ist keine gewöhnliche Datei</translation></message>
<message><source>it is not JSON</source><translation>es ist kein JSON</translation></message>
<message><source>it is not JSON: {0}</source><translation>es ist kein JSON: {0}</translation></message>
<message><source>it is not XML: {0}</source><translation>es ist kein XML: {0}</translation></message>
<message><source>it is not below {0}</source><translation>er ist nicht unterhalb von {0}</translation></message>
<message><source>it is not below {0}, although {1}</source><translation>er liegt nicht hinter {0}, obwohl {1}</translation></message>
<message><source>it is not below {0}; {1} did not take its branch</source><translation>er liegt nicht hinter {0}; {1} nahm seinen Zweig nicht</translation></message>
<message><source>it is not below {0}; {1} handled its failure</source><translation>er liegt nicht hinter {0}; {1} hat seinen Fehler behandelt</translation></message>
<message><source>it is not below {0}; {1} skipped it</source><translation>er liegt nicht hinter {0}; {1} hat ihn übersprungen</translation></message>
<message><source>it is not installed there</source><translation>es ist dort nicht installiert</translation></message>
<message><source>it is not registered: decorate it with @middleware({0})</source><translation>sie ist nicht angemeldet: Versehen Sie sie mit @middleware({0})</translation></message>
<message><source>it is one of the script that was started</source><translation>sie gehört zum gestarteten Skript</translation></message>
<message><source>it is over {0} MiB</source><translation>sie ist größer als {0} MiB</translation></message>
<message><source>it is the node to run from</source><translation>ab diesem Knoten wird ausgeführt</translation></message>
<message><source>it is the node to run to</source><translation>bis zu diesem Knoten wird ausgeführt</translation></message>
<message><source>it is to run</source><translation>er soll laufen</translation></message>
<message><source>it is too large, or holds itself</source><translation>es ist zu groß oder enthält sich selbst</translation></message>
<message><source>it is {0}: let that end first</source><translation>er ist im Zustand {0}: Lassen Sie das zuerst enden</translation></message>
<message><source>it leads to {0}</source><translation>er führt zu {0}</translation></message>
<message><source>it leads to {0} only through a pinned node</source><translation>er führt nur durch einen angehefteten Knoten zu {0}</translation></message>
<message><source>it must be at most {0}</source><translation>höchstens {0} ist erlaubt</translation></message>
<message><source>it reads data that {0} wrote, and {1} {2}</source><translation>er liest Daten, die {0} schrieb, und {1} {2}</translation></message>
<message><source>it reads run.id or run.trigger, which is another in every run</source><translation>er liest run.id oder run.trigger, die in jedem Lauf anders sind</translation></message>
<message><source>it reads the environment of the process, which is not recorded</source><translation>er liest die Umgebung des Prozesses, die nicht aufgezeichnet wird</translation></message>
<message><source>it runs a part of its workflow: start another run</source><translation>er führt einen Teil seines Workflows aus: Starten Sie einen anderen Lauf</translation></message>
<message><source>it takes longer than {0} s and was stopped</source><translation>es dauert länger als {0} s und wurde gestoppt</translation></message>
<message><source>it took longer than the timeout of the node that called it</source><translation>es dauerte länger als die Zeitgrenze des Knotens, der ihn aufrief</translation></message>
<message><source>it took longer than {0} s</source><translation>es dauerte länger als {0} s</translation></message>
<message><source>it unpacks to more than {0} MiB</source><translation>entpackt ist es größer als {0} MiB</translation></message>
<message><source>it was cancelled</source><translation>es wurde abgebrochen</translation></message>
<message><source>it was cancelled in {run}</source><translation>er wurde in {run} abgebrochen</translation></message>
<message><source>it was compensated: start a new run</source><translation>er wurde rückgängig gemacht: Starten Sie einen neuen Lauf</translation></message>
<message><source>it was disabled</source><translation>er war abgeschaltet</translation></message>
<message><source>it was skipped in {run}</source><translation>er wurde in {run} übersprungen</translation></message>
<message><source>it was undone in {run}</source><translation>er wurde in {run} rückgängig gemacht</translation></message>
<message><source>it went on although it was asked to stop, so that what it did is not known</source><translation>er lief weiter, obwohl er um ein Ende gebeten wurde; was er getan hat, ist daher nicht bekannt</translation></message>
<message><source>it would run the Python code beside it ({0})</source><translation>es würde den Python-Code daneben ausführen ({0})</translation></message>
<message><source>item completed</source><translation>Element abgeschlossen</translation></message>
<message><source>item failed</source><translation>Element fehlgeschlagen</translation></message>
<message><source>item reopened</source><translation>Element wieder geöffnet</translation></message>
<message><source>item {0} of {1}</source><translation>das Element {0} von {1}</translation></message>
<message><source>items listed</source><translation>Elemente aufgelistet</translation></message>
<message><source>items: {one} → {other}</source><translation>Elemente: {one} → {other}</translation></message>
<message><source>items[{0}] cannot be sorted by {1}: it has {2}.</source><translation>items[{0}] lässt sich nicht nach {1} sortieren: Es hat {2}.</translation></message>
<message><source>its 'choices' are no list of objects</source><translation>ihre 'choices' sind keine Liste von Objekten</translation></message>
<message><source>its address is known to the service only; an action that uses it tries it.</source><translation>ihre Adresse kennt nur der Dienst; eine Aktion, die sie nutzt, versucht sie.</translation></message>
<message><source>its body changed; items that ended well stay</source><translation>sein Rumpf änderte sich; gut beendete Elemente bleiben</translation></message>
<message><source>its cluster cannot be asked what became of it: {0}</source><translation>sein Cluster kann nicht gefragt werden, was daraus wurde: {0}</translation></message>
<message><source>its container {0} cannot change now</source><translation>sein Behälter {0} kann sich jetzt nicht ändern</translation></message>
<message><source>its doubt is decided first</source><translation>sein Zweifel wird zuerst entschieden</translation></message>
<message><source>its event is another one than in {0}</source><translation>sein Ereignis ist ein anderes als in {0}</translation></message>
<message><source>its failure is handled now</source><translation>sein Fehlschlag ist jetzt behandelt</translation></message>
<message><source>its failure was handled</source><translation>sein Fehlschlag war behandelt</translation></message>
<message><source>its field cache is false: its result is never taken over</source><translation>sein Feld cache ist false: Sein Ergebnis wird nie übernommen</translation></message>
<message><source>its file</source><translation>seine Datei</translation></message>
<message><source>its folder actions/</source><translation>seinen Ordner actions/</translation></message>
<message><source>its items are in progress: let it finish, or cancel the run</source><translation>seine Elemente sind in Arbeit: Lassen Sie ihn enden, oder brechen Sie den Lauf ab</translation></message>
<message><source>its middleware changed</source><translation>seine Middleware änderte sich</translation></message>
<message><source>its output in {0} was pinned</source><translation>seine Ausgabe in {0} war angeheftet</translation></message>
<message><source>its own checksum</source><translation>seine eigene Prüfsumme</translation></message>
<message><source>its pin stands for what it would give</source><translation>seine angeheftete Ausgabe steht für das, was er ergäbe</translation></message>
<message><source>its process died {0} times while it ran: {1}</source><translation>sein Prozess starb {0}-mal, während er lief: {1}</translation></message>
<message><source>its process died {0} times while it undid this step</source><translation>sein Prozess starb {0}-mal, während er diesen Schritt rückgängig machte</translation></message>
<message><source>its result is forgotten</source><translation>sein Ergebnis wird vergessen</translation></message>
<message><source>its worker {0} gave no sign of life for {1} s</source><translation>sein Arbeiter {0} gab {1} s lang kein Lebenszeichen</translation></message>
<message><source>its worker {0} is gone</source><translation>sein Arbeiter {0} ist fort</translation></message>
<message><source>journal format {0}</source><translation>Journalformat {0}</translation></message>
<message><source>journal format {0} or older</source><translation>Journalformat {0} oder älter</translation></message>
<message><source>kept</source><translation>behalten</translation></message>
<message><source>kept though changed</source><translation>trotz Änderung behalten</translation></message>
<message><source>last (choice)</source><translation>letzte</translation></message>
<message><source>less than {lt}</source><translation>kleiner als {lt}</translation></message>
<message><source>letters, digits, dot, dash and underscore, starting with a letter or digit, at most 100</source><translation>Buchstaben, Ziffern, Punkt, Bindestrich und Unterstrich, beginnend mit Buchstabe oder Ziffer, höchstens 100</translation></message>
<message><source>line {0}: {1}</source><translation>Zeile {0}: {1}</translation></message>
<message><source>line {number}</source><translation>Zeile {number}</translation></message>
<message><source>lines (choice)</source><translation>Zeilen</translation></message>
<message><source>list (choice)</source><translation>Liste</translation></message>
<message><source>list (op)</source><translation>auflisten</translation></message>
<message><source>list index out of range</source><translation>Listenindex außerhalb der Grenzen</translation></message>
<message><source>listening on {0}</source><translation>lauscht auf {0}</translation></message>
<message><source>loads takes the text of a definition, not {0}.</source><translation>loads nimmt den Text einer Definition, nicht {0}.</translation></message>
<message><source>logged</source><translation>protokolliert</translation></message>
<message><source>longer than before</source><translation>länger als bisher</translation></message>
<message><source>look at</source><translation>Ansehen von</translation></message>
<message><source>looked {0}×: {1}</source><translation>{0}× nachgesehen: {1}</translation></message>
<message><source>loop (choice)</source><translation>Ereignisschleife</translation></message>
<message><source>mail.send needs a library that is not installed.</source><translation>mail.send braucht eine Bibliothek, die nicht installiert ist.</translation></message>
<message><source>make a subflow</source><translation>Unterworkflow daraus machen</translation></message>
<message><source>map_items: concurrency must be at least 1, not {0}.</source><translation>map_items: concurrency muss mindestens 1 sein, nicht {0}.</translation></message>
<message><source>map_items: the items share one attempt, so that a retry around their function has none of its own.</source><translation>map_items: Die Elemente teilen sich einen Versuch, sodass ein Neuversuch um ihre Funktion keinen eigenen hat.</translation></message>
<message><source>map_items: {0} has no parameter for the item.</source><translation>map_items: {0} hat keinen Parameter für das Element.</translation></message>
<message><source>match {0}</source><translation>zu {0} passen</translation></message>
<message><source>max (choice)</source><translation>Maximum</translation></message>
<message><source>max_attempts is {0}; it must be at most {1}</source><translation>max_attempts ist {0}; höchstens {1} ist erlaubt</translation></message>
<message><source>max_concurrency must be a whole number from 1 to {0}, not {1}.</source><translation>max_concurrency muss eine ganze Zahl von 1 bis {0} sein, nicht {1}.</translation></message>
<message><source>middleware</source><translation>Middleware</translation></message>
<message><source>migrated</source><translation>umgestellt</translation></message>
<message><source>min (choice)</source><translation>Minimum</translation></message>
<message><source>minutes (choice)</source><translation>Minuten</translation></message>
<message><source>missing argument</source><translation>ein Argument fehlt</translation></message>
<message><source>missing keyword argument {0}</source><translation>das Argument {0} fehlt</translation></message>
<message><source>modified (choice)</source><translation>geändert</translation></message>
<message><source>more than</source><translation>mehr als</translation></message>
<message><source>more than one is known, and none is named</source><translation>mehr als einer ist bekannt, und keiner ist genannt</translation></message>
<message><source>more than the context</source><translation>mehr als dem Kontext</translation></message>
<message><source>more than {0}</source><translation>mehr als {0}</translation></message>
<message><source>more than {0} MiB</source><translation>mehr als {0} MiB</translation></message>
<message><source>more than {0} bytes are made in all</source><translation>insgesamt entstehen mehr als {0} Bytes</translation></message>
<message><source>more than {0} entries</source><translation>mehr als {0} Einträge</translation></message>
<message><source>move (choice)</source><translation>verschieben</translation></message>
<message><source>moved</source><translation>verschoben</translation></message>
<message><source>mqtt.publish and mqtt.wait need a library that is not installed.</source><translation>mqtt.publish und mqtt.wait brauchen eine Bibliothek, die nicht installiert ist.</translation></message>
<message><source>mtime (choice)</source><translation>Änderungszeit</translation></message>
<message><source>must be a whole number, not the text {0}</source><translation>muss eine ganze Zahl sein, nicht der Text {0}</translation></message>
<message><source>must be of type {0}, not {1}</source><translation>muss vom Typ {0} sein, nicht {1}</translation></message>
<message><source>must be one of {0}, not {1}</source><translation>muss eines von {0} sein, nicht {1}</translation></message>
<message><source>n8n runs a step once for each item; here a step runs once and gets what the step before it gave. Put steps that belong to each item of a list into a flow.foreach.</source><translation>n8n führt einen Schritt für jedes Element einmal aus; hier läuft ein Schritt einmal und bekommt, was der Schritt davor ergab. Legen Sie Schritte, die zu jedem Element einer Liste gehören, in ein flow.foreach.</translation></message>
<message><source>n8n, Node-RED, crontab, cURL or bundle (*);;JSON (*.json);;Bundles (*.zip)</source><translation>n8n, Node-RED, crontab, cURL oder Bündel (*);;JSON (*.json);;Bündel (*.zip)</translation></message>
<message><source>name (choice)</source><translation>Name</translation></message>
<message><source>name sorts by path, size puts the largest first, mtime the newest first.</source><translation>name sortiert nach dem Pfad, size setzt die größte an den Anfang, mtime die neueste.</translation></message>
<message><source>name {0} is not defined</source><translation>der Name {0} ist nicht definiert</translation></message>
<message><source>near {0}: syntax error</source><translation>bei {0}: Syntaxfehler</translation></message>
<message><source>nested deeper than {0} levels</source><translation>tiefer als {0} Ebenen verschachtelt</translation></message>
<message><source>new</source><translation>neu</translation></message>
<message><source>next colour</source><translation>nächste Farbe</translation></message>
<message><source>no closing quotation</source><translation>ein schließendes Anführungszeichen fehlt</translation></message>
<message><source>no escaped character</source><translation>hinter dem letzten Rückstrich fehlt ein Zeichen</translation></message>
<message><source>no exit code</source><translation>keinem Rückgabewert</translation></message>
<message><source>no row</source><translation>keine Zeile</translation></message>
<message><source>no such column: {0}</source><translation>es gibt keine Spalte {0}</translation></message>
<message><source>no such table: {0}</source><translation>es gibt keine Tabelle {0}</translation></message>
<message><source>no worker offers all of the tags {0} together</source><translation>kein Arbeiter bietet alle Schlagworte {0} zusammen</translation></message>
<message><source>no worker offers the tag {0}</source><translation>kein Arbeiter bietet das Schlagwort {0}</translation></message>
<message><source>no worker offers the tag {0} (offered: {1})</source><translation>kein Arbeiter bietet das Schlagwort {0} (geboten: {1})</translation></message>
<message><source>no worker offers the {0} {1} (offered: {2})</source><translation>kein Arbeiter bietet {0} {1} (geboten: {2})</translation></message>
<message><source>no {0} arrived in time</source><translation>rechtzeitig kam nicht: {0}</translation></message>
<message><source>node</source><translation>Knoten</translation></message>
<message><source>none</source><translation>keiner</translation></message>
<message><source>none (choice)</source><translation>keine</translation></message>
<message><source>none (keep)</source><translation>nichts</translation></message>
<message><source>none is known</source><translation>keiner ist bekannt</translation></message>
<message><source>none of its workers can be used</source><translation>keiner seiner Arbeiter ist zu gebrauchen</translation></message>
<message><source>not JSON: {0}</source><translation>kein JSON: {0}</translation></message>
<message><source>not a JSON value: {0}</source><translation>kein JSON-Wert: {0}</translation></message>
<message><source>not a reference</source><translation>kein Verweis</translation></message>
<message><source>not ended</source><translation>nicht beendet</translation></message>
<message><source>not finite</source><translation>nicht endlich</translation></message>
<message><source>not run</source><translation>nicht gelaufen</translation></message>
<message><source>not there</source><translation>nicht da</translation></message>
<message><source>not used</source><translation>nicht verwendet</translation></message>
<message><source>not wired</source><translation>nicht verbunden</translation></message>
<message><source>not worked on by this process</source><translation>dieser Prozess arbeitet nicht an ihm</translation></message>
<message><source>note</source><translation>Notiz</translation></message>
<message><source>nothing changed since {0}</source><translation>nichts hat sich seit {0} geändert</translation></message>
<message><source>nothing changed since {0}; {1} did not take its branch</source><translation>seit {0} hat sich nichts geändert; {1} nahm seinen Zweig nicht</translation></message>
<message><source>nothing changed since {0}; {1} handled its failure</source><translation>seit {0} hat sich nichts geändert; {1} hat seinen Fehler behandelt</translation></message>
<message><source>nothing changed since {0}; {1} skipped it</source><translation>seit {0} hat sich nichts geändert; {1} hat ihn übersprungen</translation></message>
<message><source>nothing of it is left on the cluster, where it may have taken effect</source><translation>nichts davon ist auf dem Cluster übrig, wo es gewirkt haben kann</translation></message>
<message><source>nothing that runs needs it, and {0}</source><translation>nichts, was läuft, braucht ihn, und {0}</translation></message>
<message><source>nothing there</source><translation>nichts da</translation></message>
<message><source>now (choice)</source><translation>sofort</translation></message>
<message><source>now answers with the id of the run once it is recorded; end answers with what the run gives, or what http.respond says in it.</source><translation>now antwortet mit der Kennung des Laufs, sobald er aufgezeichnet ist; end antwortet mit dem, was der Lauf gibt oder was http.respond darin sagt.</translation></message>
<message><source>now, ISO 8601 text (2026-01-31T18:00:00Z, 2026-01-31), or seconds since 1970. Text without a zone is read in 'tz'.</source><translation>now, Text in ISO 8601 (2026-01-31T18:00:00Z, 2026-01-31) oder Sekunden seit 1970. Text ohne Zeitzone wird in 'tz' gelesen.</translation></message>
<message><source>null or undefined</source><translation>null oder nicht definiert</translation></message>
<message><source>number (choice)</source><translation>Zahl</translation></message>
<message><source>number {0}</source><translation>Nummer {0}</translation></message>
<message><source>object (choice)</source><translation>Objekt</translation></message>
<message><source>of node '{0}'</source><translation>des Knotens '{0}'</translation></message>
<message><source>one (choice)</source><translation>eines</translation></message>
<message><source>one of {expected}</source><translation>eines von {expected}</translation></message>
<message><source>only in compensate</source><translation>nur in compensate</translation></message>
<message><source>only inside a container</source><translation>nur in einem Behälter</translation></message>
<message><source>only inside a container that is inside another one</source><translation>nur in einem Behälter, der in einem anderen ist</translation></message>
<message><source>open a file, or drop a .flow.json file here</source><translation>eine Datei öffnen, oder eine .flow.json-Datei hier ablegen</translation></message>
<message><source>or</source><translation>oder</translation></message>
<message><source>other output</source><translation>andere Ausgabe</translation></message>
<message><source>otherwise</source><translation>sonst</translation></message>
<message><source>output (choice)</source><translation>Ausgabe</translation></message>
<message><source>page (choice)</source><translation>Seite</translation></message>
<message><source>pan</source><translation>verschieben</translation></message>
<message><source>parameter {0} changed</source><translation>Parameter {0} geändert</translation></message>
<message><source>parameter {0} of node {1}</source><translation>der Parameter {0} des Knotens {1}</translation></message>
<message><source>parameters</source><translation>Parameter</translation></message>
<message><source>parameters belong to an action: name it</source><translation>Parameter gehören zu einer Aktion: Nennen Sie sie</translation></message>
<message><source>parameters that are refused are refused again in every attempt</source><translation>abgelehnte Parameter werden in jedem Versuch wieder abgelehnt</translation></message>
<message><source>parameters {0} changed</source><translation>Parameter {0} geändert</translation></message>
<message><source>parse (choice)</source><translation>einlesen</translation></message>
<message><source>parse reads a time, add shifts it, format writes it as text, diff gives 'value' minus 'other'.</source><translation>parse liest eine Zeit, add verschiebt sie, format schreibt sie als Text, diff gibt 'value' minus 'other'.</translation></message>
<message><source>parse_date: the format is longer than {0} characters.</source><translation>parse_date: Das Format ist länger als {0} Zeichen.</translation></message>
<message><source>parse_date: {0} does not have the format {1}.</source><translation>parse_date: {0} hat nicht das Format {1}.</translation></message>
<message><source>paused</source><translation>pausiert</translation></message>
<message><source>paused: {0}</source><translation>pausiert: {0}</translation></message>
<message><source>pausing</source><translation>wird pausiert</translation></message>
<message><source>pending</source><translation>steht an</translation></message>
<message><source>permissions must let the owner read and write, such as 0o600, not {0}.</source><translation>permissions muss den Besitzer lesen und schreiben lassen, wie 0o600, nicht {0}.</translation></message>
<message><source>pinned</source><translation>angeheftet</translation></message>
<message><source>place</source><translation>Platz</translation></message>
<message><source>power (choice)</source><translation>Stromausfall</translation></message>
<message><source>power: survives power loss · process: survives a crash of the process · none: fastest, not resumable.</source><translation>power: übersteht Stromausfall · process: übersteht einen Absturz des Prozesses · none: am schnellsten, nicht fortsetzbar.</translation></message>
<message><source>process (choice)</source><translation>Prozess</translation></message>
<message><source>process (durability)</source><translation>Absturz des Prozesses</translation></message>
<message><source>process {0} on {1}</source><translation>Prozess {0} auf {1}</translation></message>
<message><source>progressed</source><translation>vorangekommen</translation></message>
<message><source>pure (choice)</source><translation>ohne Wirkung</translation></message>
<message><source>pure and idempotent actions run again after a crash; unsafe ones wait for your decision.</source><translation>Aktionen mit pure und idempotent laufen nach einem Absturz noch einmal; die mit unsafe warten auf Ihre Entscheidung.</translation></message>
<message><source>put (choice)</source><translation>ablegen</translation></message>
<message><source>queue (choice)</source><translation>einreihen</translation></message>
<message><source>quote: bytes cannot be put into a command.</source><translation>quote: Bytes können nicht in einen Befehl gesetzt werden.</translation></message>
<message><source>range has too many elements</source><translation>range hat zu viele Elemente</translation></message>
<message><source>reach {hosts}</source><translation>{hosts} ansprechen</translation></message>
<message><source>read from</source><translation>Lesen</translation></message>
<message><source>read or write files</source><translation>Dateien lesen oder schreiben</translation></message>
<message><source>read secrets</source><translation>Geheimnisse lesen</translation></message>
<message><source>record number {0}</source><translation>Eintrag Nummer {0}</translation></message>
<message><source>refused</source><translation>abgelehnt</translation></message>
<message><source>regex_replace: {0} is not a replacement: {1}.</source><translation>regex_replace: {0} ist kein Ersatz: {1}.</translation></message>
<message><source>reject (choice)</source><translation>ablehnen</translation></message>
<message><source>removed</source><translation>entfernt</translation></message>
<message><source>rename (choice)</source><translation>umbenennen</translation></message>
<message><source>replace (choice)</source><translation>ersetzen</translation></message>
<message><source>replace writes the file anew, append adds to a CSV, TSV or NDJSON file, error fails when there is one.</source><translation>replace schreibt die Datei neu, append fügt einer CSV-, TSV- oder NDJSON-Datei an, error schlägt fehl, wenn es eine gibt.</translation></message>
<message><source>replace writes the file anew, append adds to its end, create fails when there is one.</source><translation>replace schreibt die Datei neu, append fügt an ihrem Ende an, create schlägt fehl, wenn es eine gibt.</translation></message>
<message><source>required</source><translation>nötig</translation></message>
<message><source>reset</source><translation>zurückgesetzt</translation></message>
<message><source>results of {reuse}</source><translation>Ergebnisse von {reuse}</translation></message>
<message><source>resumed</source><translation>fortgesetzt</translation></message>
<message><source>retried</source><translation>neu versucht</translation></message>
<message><source>retry(...): 'predicate' is a function of the error, not {0}.</source><translation>retry(...): 'predicate' ist eine Funktion des Fehlers, nicht {0}.</translation></message>
<message><source>retrying</source><translation>neuer Versuch</translation></message>
<message><source>reused</source><translation>wiederverwendet</translation></message>
<message><source>rolled back</source><translation>zurückgenommen</translation></message>
<message><source>rolling back</source><translation>wird zurückgenommen</translation></message>
<message><source>route (choice)</source><translation>umleiten</translation></message>
<message><source>rows (choice)</source><translation>Zeilen</translation></message>
<message><source>rows gives a list, table a reference to a Parquet file, for more rows than a list should have.</source><translation>rows gibt eine Liste, table einen Verweis auf eine Parquet-Datei, für mehr Zeilen, als eine Liste haben sollte.</translation></message>
<message><source>rows gives a list, table a reference to a Parquet file, for more rows than a list should have: they are written as they come, in flat memory, and other actions take the reference as their items.</source><translation>rows gibt eine Liste, table einen Verweis auf eine Parquet-Datei, für mehr Zeilen, als eine Liste haben sollte: Sie werden geschrieben, wie sie kommen, mit gleichbleibendem Speicher, und andere Aktionen nehmen den Verweis als ihre Elemente.</translation></message>
<message><source>rows gives lists, table references to Parquet files, for more rows than a list should have.</source><translation>rows gibt Listen, table Verweise auf Parquet-Dateien, für mehr Zeilen, als eine Liste haben sollte.</translation></message>
<message><source>rows gives the rows themselves, table a reference to a Parquet file.</source><translation>rows gibt die Zeilen selbst, table einen Verweis auf eine Parquet-Datei.</translation></message>
<message><source>rows gives the valid ones as a list, table a reference to a Parquet file; the invalid ones are a list.</source><translation>rows gibt die gültigen als Liste, table einen Verweis auf eine Parquet-Datei; die ungültigen sind eine Liste.</translation></message>
<message><source>rows[{0}] has no value for the key '{1}'.</source><translation>rows[{0}] hat keinen Wert für den Schlüssel '{1}'.</translation></message>
<message><source>rows[{0}] is {1}, not an object.</source><translation>rows[{0}] ist {1}, kein Objekt.</translation></message>
<message><source>rows[{0}].{1} is {2}, but the column takes {3}.</source><translation>rows[{0}].{1} ist {2}, die Spalte nimmt aber {3}.</translation></message>
<message><source>run</source><translation>laufen</translation></message>
<message><source>run (choice)</source><translation>Lauf</translation></message>
<message><source>run Python code</source><translation>Python-Code ausführen</translation></message>
<message><source>run Python files beside it</source><translation>Python-Dateien neben ihm ausführen</translation></message>
<message><source>run to here</source><translation>bis hierher ausführen</translation></message>
<message><source>run {0} went over to a node table that does not continue its own</source><translation>der Lauf {0} ging zu einer Knotentabelle über, die seine eigene nicht fortsetzt</translation></message>
<message><source>run {0}, which called it, is undone</source><translation>der Lauf {0}, der ihn aufrief, wird rückgängig gemacht</translation></message>
<message><source>run() was called inside an event loop.</source><translation>run() wurde innerhalb einer Ereignisschleife aufgerufen.</translation></message>
<message><source>run: within a run, in memory. store: for all runs of the store, on disk.</source><translation>run: innerhalb eines Laufs, im Arbeitsspeicher. store: für alle Läufe der Ablage, auf der Platte.</translation></message>
<message><source>run_once (choice)</source><translation>einmal nachholen</translation></message>
<message><source>running</source><translation>läuft</translation></message>
<message><source>runs</source><translation>läuft</translation></message>
<message><source>runs again</source><translation>läuft noch einmal</translation></message>
<message><source>search for an action and add it here</source><translation>eine Aktion suchen und hier hinzufügen</translation></message>
<message><source>seconds (choice)</source><translation>Sekunden</translation></message>
<message><source>segment {0}</source><translation>Abschnitt {0}</translation></message>
<message><source>segment {0} cannot be read back: {1}</source><translation>der Abschnitt {0} lässt sich nicht zurücklesen: {1}</translation></message>
<message><source>segment {0} has {1} bytes, {2} were read</source><translation>der Abschnitt {0} hat {1} Bytes, gelesen wurden {2}</translation></message>
<message><source>segment_size must be a number of bytes, 1 or more, not {0}.</source><translation>segment_size muss eine Zahl von Bytes sein, mindestens 1, nicht {0}.</translation></message>
<message><source>sending {0} KiB to {1}</source><translation>sendet {0} KiB an {1}</translation></message>
<message><source>set (choice)</source><translation>setzen</translation></message>
<message><source>set puts 'text' there, get gives what is there.</source><translation>set legt 'text' dort ab, get gibt, was dort ist.</translation></message>
<message><source>sh, bash, zsh, cmd, powershell or the path of a shell; auto is sh, on Windows cmd.</source><translation>sh, bash, zsh, cmd, powershell oder der Pfad einer Shell; auto ist sh, unter Windows cmd.</translation></message>
<message><source>show as portals</source><translation>als Portale zeigen</translation></message>
<message><source>show everything</source><translation>alles zeigen</translation></message>
<message><source>signal received</source><translation>Signal empfangen</translation></message>
<message><source>signal {0}</source><translation>Signal {0}</translation></message>
<message><source>signal {0} ({1})</source><translation>Signal {0} ({1})</translation></message>
<message><source>size (choice)</source><translation>Größe</translation></message>
<message><source>skip (choice)</source><translation>überspringen</translation></message>
<message><source>skipped</source><translation>übersprungen</translation></message>
<message><source>slice needs a text or a list, not {0}.</source><translation>slice braucht einen Text oder eine Liste, nicht {0}.</translation></message>
<message><source>snapshot version {0} is not {1}</source><translation>die Version {0} des Zwischenstands ist nicht {1}</translation></message>
<message><source>something else (</source><translation>etwas anderes (</translation></message>
<message><source>something outside</source><translation>etwas außerhalb</translation></message>
<message><source>something to compare with {0}</source><translation>etwas, das sich mit {0} vergleichen lässt</translation></message>
<message><source>stable (choice)</source><translation>unverändert</translation></message>
<message><source>stale</source><translation>veraltet</translation></message>
<message><source>start programs</source><translation>Programme starten</translation></message>
<message><source>started</source><translation>gestartet</translation></message>
<message><source>starttls begins in the clear and must turn to TLS, tls is encrypted from the start, none never is.</source><translation>starttls beginnt unverschlüsselt und muss zu TLS wechseln, tls ist von Anfang an verschlüsselt, none nie.</translation></message>
<message><source>statement {0} of {1}</source><translation>Anweisung {0} von {1}</translation></message>
<message><source>steps with run_on cluster, floworch worker</source><translation>Schritte mit run_on cluster, floworch worker</translation></message>
<message><source>stop (choice)</source><translation>stoppen</translation></message>
<message><source>store (choice)</source><translation>Ablage</translation></message>
<message><source>string (choice)</source><translation>Text</translation></message>
<message><source>sum (choice)</source><translation>Summe</translation></message>
<message><source>suspended</source><translation>wartet</translation></message>
<message><source>table (choice)</source><translation>Tabelle</translation></message>
<message><source>take no part</source><translation>nehmen nicht teil</translation></message>
<message><source>takes no part</source><translation>nimmt nicht teil</translation></message>
<message><source>takes too many steps and was stopped</source><translation>braucht zu viele Schritte und wurde gestoppt</translation></message>
<message><source>template exceeds maximum recursion limits</source><translation>die Vorlage ist zu tief verschachtelt</translation></message>
<message><source>test {0} is unknown</source><translation>die Prüfung {0} gibt es nicht</translation></message>
<message><source>text (choice)</source><translation>Text</translation></message>
<message><source>text of at most {0} characters</source><translation>Text mit höchstens {0} Zeichen</translation></message>
<message><source>text of the form {pattern}</source><translation>Text der Form {pattern}</translation></message>
<message><source>text of {0} or more</source><translation>Text mit {0} oder mehr</translation></message>
<message><source>text that is not empty</source><translation>nicht leerer Text</translation></message>
<message><source>that of '{0}'</source><translation>den von '{0}'</translation></message>
<message><source>the JSON Schema refers to itself without end</source><translation>das JSON-Schema verweist endlos auf sich selbst</translation></message>
<message><source>the JSON Schema refers to {0}, which is not in it</source><translation>das JSON-Schema verweist auf {0}, das nicht darin ist</translation></message>
<message><source>the Node-RED node {0}</source><translation>der Node-RED-Knoten {0}</translation></message>
<message><source>the action called exit({0})</source><translation>die Aktion rief exit({0}) auf</translation></message>
<message><source>the action raised {0}: {1}</source><translation>die Aktion löste {0} aus: {1}</translation></message>
<message><source>the action {0}</source><translation>die Aktion {0}</translation></message>
<message><source>the action {0} is missing: {1}</source><translation>die Aktion {0} fehlt: {1}</translation></message>
<message><source>the action {0} is there in version {1} where {2} is needed</source><translation>die Aktion {0} ist in der Version {1} da, wo {2} gebraucht wird</translation></message>
<message><source>the action {0} is there in version {1} where {2} is needed ({3})</source><translation>die Aktion {0} ist in der Version {1} da, wo {2} gebraucht wird ({3})</translation></message>
<message><source>the action {0} waits or has a body, so it cannot be a fallback</source><translation>die Aktion {0} wartet oder hat einen Rumpf und kann daher kein Ersatz sein</translation></message>
<message><source>the archive is damaged ({0})</source><translation>das Archiv ist beschädigt ({0})</translation></message>
<message><source>the artifacts are locked by another process</source><translation>die großen Werte sind durch einen anderen Prozess gesperrt</translation></message>
<message><source>the attempt took longer than its timeout of {0} s</source><translation>der Versuch dauerte länger als seine Zeitgrenze von {0} s</translation></message>
<message><source>the bucket can be listed</source><translation>der Bucket lässt sich auflisten</translation></message>
<message><source>the cache could not be read: {0}</source><translation>der Zwischenspeicher konnte nicht gelesen werden: {0}</translation></message>
<message><source>the call of a value has no counterpart</source><translation>der Aufruf eines Werts hat keine Entsprechung</translation></message>
<message><source>the checksum of {0} is wrong</source><translation>die Prüfsumme von {0} stimmt nicht</translation></message>
<message><source>the child run took longer than the node's timeout</source><translation>der aufgerufene Lauf dauerte länger als die Zeitgrenze des Knotens</translation></message>
<message><source>the child run was cancelled</source><translation>der aufgerufene Lauf wurde abgebrochen</translation></message>
<message><source>the child run {0} failed{1}: {2}</source><translation>der aufgerufene Lauf {0} schlug fehl{1}: {2}</translation></message>
<message><source>the child run {0} was cancelled</source><translation>der aufgerufene Lauf {0} wurde abgebrochen</translation></message>
<message><source>the child run {0} was deleted</source><translation>der aufgerufene Lauf {0} wurde gelöscht</translation></message>
<message><source>the child run {0} {1}</source><translation>der aufgerufene Lauf {0} {1}</translation></message>
<message><source>the circuit counts one failure for all attempts, and none of them waits while it is open</source><translation>der Stromkreis zählt einen Fehlschlag für alle Versuche, und keiner davon wartet, während er offen ist</translation></message>
<message><source>the circuit {0} is open after {1} failures in a row; try again in {2} s</source><translation>der Stromkreis {0} ist nach {1} Fehlschlägen hintereinander offen; versuchen Sie es in {2} s noch einmal</translation></message>
<message><source>the condition of its breakpoint cannot be evaluated: {0}</source><translation>die Bedingung seines Haltepunkts lässt sich nicht auswerten: {0}</translation></message>
<message><source>the container it is in</source><translation>der Behälter, in dem er ist</translation></message>
<message><source>the container {0} is kept and does not run again</source><translation>der Behälter {0} bleibt und läuft nicht noch einmal</translation></message>
<message><source>the control server has not been started</source><translation>der Steuerserver wurde nicht gestartet</translation></message>
<message><source>the dead letter could not be written: {0}</source><translation>das Unzustellbare konnte nicht geschrieben werden: {0}</translation></message>
<message><source>the definition is not trusted and may not read the stored secret {0}</source><translation>der Definition wird nicht vertraut, sie darf das hinterlegte Geheimnis {0} nicht lesen</translation></message>
<message><source>the edges into it changed</source><translation>die Verbindungen zu ihm änderten sich</translation></message>
<message><source>the engine's own Python</source><translation>das Python der Engine</translation></message>
<message><source>the environment variable {0}</source><translation>die Umgebungsvariable {0}</translation></message>
<message><source>the fallback value</source><translation>der Ersatzwert</translation></message>
<message><source>the field of the node</source><translation>dem Feld des Knotens</translation></message>
<message><source>the field {0} is required</source><translation>das Feld {0} ist Pflicht</translation></message>
<message><source>the field {0} {1}</source><translation>das Feld {0} {1}</translation></message>
<message><source>the first line of a journal segment</source><translation>die erste Zeile eines Abschnitts des Journals</translation></message>
<message><source>the first line of segment {0}</source><translation>die erste Zeile des Abschnitts {0}</translation></message>
<message><source>the folder of the run</source><translation>der Ordner des Laufs</translation></message>
<message><source>the form has no field {0}</source><translation>das Formular hat kein Feld {0}</translation></message>
<message><source>the function {0}</source><translation>die Funktion {0}</translation></message>
<message><source>the header of run '{0}'</source><translation>den Kopf des Laufs '{0}'</translation></message>
<message><source>the home folder</source><translation>der persönliche Ordner</translation></message>
<message><source>the idempotency key is empty: everything would count as the same work</source><translation>der Schlüssel der Idempotenz ist leer: Alles würde als dieselbe Arbeit gelten</translation></message>
<message><source>the input {0}</source><translation>die Eingabe {0}</translation></message>
<message><source>the input {0} is required</source><translation>die Eingabe {0} ist Pflicht</translation></message>
<message><source>the input {0} must be of type {1}, not {2}</source><translation>die Eingabe {0} muss vom Typ {1} sein, nicht {2}</translation></message>
<message><source>the item list</source><translation>die Liste der Elemente</translation></message>
<message><source>the item with index {0} (of {1}) failed at {2}: {3}</source><translation>das Element mit Index {0} (von {1}) schlug bei {2} fehl: {3}</translation></message>
<message><source>the items</source><translation>den Elementen</translation></message>
<message><source>the journal's writer failed: {0}</source><translation>der Schreiber des Journals scheiterte: {0}</translation></message>
<message><source>the keyring does not give the secret {0}: {1}</source><translation>der Schlüsselbund gibt das Geheimnis {0} nicht her: {1}</translation></message>
<message><source>the layer 'tracing' needs OpenTelemetry: {0}</source><translation>die Schicht 'tracing' braucht OpenTelemetry: {0}</translation></message>
<message><source>the line to it was closed</source><translation>die Leitung zu ihm wurde geschlossen</translation></message>
<message><source>the line to its scheduler broke</source><translation>die Leitung zu seinem Planer brach ab</translation></message>
<message><source>the line to its scheduler broke ({0})</source><translation>die Leitung zu seinem Planer brach ab ({0})</translation></message>
<message><source>the link '{0}' to '{1}', which is not in it</source><translation>die Verknüpfung '{0}' nach '{1}', die nicht darin ist</translation></message>
<message><source>the link '{0}' to '{1}', which leads out of the target</source><translation>die Verknüpfung '{0}' nach '{1}', die aus dem Ziel hinausführt</translation></message>
<message><source>the login was taken</source><translation>die Anmeldung wurde angenommen</translation></message>
<message><source>the magic {0}</source><translation>die Kennzeichnung {0}</translation></message>
<message><source>the method {0}() has no counterpart</source><translation>die Methode {0}() hat keine Entsprechung</translation></message>
<message><source>the middleware tracing</source><translation>die Middleware tracing</translation></message>
<message><source>the middleware {0} called call_next with {1}; it takes the context alone</source><translation>die Middleware {0} rief call_next mit {1} auf; es nimmt nur den Kontext</translation></message>
<message><source>the n8n step {0}</source><translation>der n8n-Schritt {0}</translation></message>
<message><source>the name of a Key is a text, not {0}: write Key[int]('total')</source><translation>der Name eines Key ist ein Text, nicht {0}: Key[int]('total') schreiben</translation></message>
<message><source>the name of a data key</source><translation>der Name eines Datenschlüssels</translation></message>
<message><source>the new workflow</source><translation>dem neuen Workflow</translation></message>
<message><source>the node {0}</source><translation>der Knoten {0}</translation></message>
<message><source>the node's own field 'join'</source><translation>das eigene Feld 'join' des Knotens</translation></message>
<message><source>the node's own list</source><translation>der eigenen Liste des Knotens</translation></message>
<message><source>the order of its inputs changed</source><translation>die Reihenfolge seiner Eingaben hat sich geändert</translation></message>
<message><source>the order of its parameters changed</source><translation>die Reihenfolge seiner Parameter hat sich geändert</translation></message>
<message><source>the output</source><translation>die Ausgabe</translation></message>
<message><source>the output of '{0}' are not as wanted: {1}</source><translation>die Ausgabe von '{0}' ist nicht wie gewünscht: {1}</translation></message>
<message><source>the output of '{0}' is not as wanted: {1}</source><translation>die Ausgabe von '{0}' ist nicht wie gewünscht: {1}</translation></message>
<message><source>the parameters of '{0}' are not as wanted: {1}</source><translation>die Parameter von '{0}' sind nicht wie gewünscht: {1}</translation></message>
<message><source>the path '{0}', which leads out of the target</source><translation>den Pfad '{0}', der aus dem Ziel hinausführt</translation></message>
<message><source>the process that ran it ended</source><translation>der Prozess, der ihn ausführte, war zu Ende</translation></message>
<message><source>the result</source><translation>das Ergebnis</translation></message>
<message><source>the result comes from the cache</source><translation>das Ergebnis kommt aus dem Zwischenspeicher</translation></message>
<message><source>the result could not be kept in the cache: {0}</source><translation>das Ergebnis konnte nicht im Zwischenspeicher abgelegt werden: {0}</translation></message>
<message><source>the result could not be kept, the same work may be done again: {0}</source><translation>das Ergebnis konnte nicht aufbewahrt werden, dieselbe Arbeit wird vielleicht noch einmal getan: {0}</translation></message>
<message><source>the results of earlier work cannot be read: {0}</source><translation>die Ergebnisse früherer Arbeit lassen sich nicht lesen: {0}</translation></message>
<message><source>the retry of the workflow</source><translation>des Neuversuchs des Workflows</translation></message>
<message><source>the round with index {0} failed at {1}: {2}</source><translation>die Runde mit Index {0} schlug bei {1} fehl: {2}</translation></message>
<message><source>the row does not fit</source><translation>die Zeile passt nicht</translation></message>
<message><source>the run output {0} cannot be evaluated: {1}</source><translation>die Ausgabe {0} des Laufs lässt sich nicht auswerten: {1}</translation></message>
<message><source>the run starts at {0}</source><translation>der Lauf beginnt bei {0}</translation></message>
<message><source>the run starts at {0}, {1} at {2}</source><translation>der Lauf beginnt bei {0}, {1} bei {2}</translation></message>
<message><source>the run starts in the folder {0}, {1} in {2}</source><translation>der Lauf beginnt im Ordner {0}, {1} in {2}</translation></message>
<message><source>the run that called it was stopped</source><translation>der Lauf, der ihn aufrief, wurde gestoppt</translation></message>
<message><source>the run that it called</source><translation>den Lauf, den er aufgerufen hat</translation></message>
<message><source>the run that it called is in progress: let it finish, or cancel the run</source><translation>der Lauf, den er aufrief, ist in Arbeit: Lassen Sie ihn enden, oder brechen Sie den Lauf ab</translation></message>
<message><source>the run timed out</source><translation>die Zeit des Laufs lief ab</translation></message>
<message><source>the run took longer than its timeout of {0} s</source><translation>der Lauf dauerte länger als seine Zeitgrenze von {0} s</translation></message>
<message><source>the run was cancelled</source><translation>der Lauf wurde abgebrochen</translation></message>
<message><source>the run was rolled back</source><translation>der Lauf wurde zurückgenommen</translation></message>
<message><source>the run {0} while this was in doubt</source><translation>der Lauf {0}, während dies im Zweifel war</translation></message>
<message><source>the run's time is over</source><translation>die Zeit des Laufs ist um</translation></message>
<message><source>the secret {0} is not set on this machine</source><translation>das Geheimnis {0} ist auf diesem Rechner nicht gesetzt</translation></message>
<message><source>the server took it</source><translation>der Server nahm sie an</translation></message>
<message><source>the signal “{name}”</source><translation>das Signal „{name}“</translation></message>
<message><source>the state of a run is read only: {0} cannot be set</source><translation>der Zustand eines Laufs ist nur lesbar: {0} kann nicht gesetzt werden</translation></message>
<message><source>the text {0} is not understood</source><translation>der Text {0} wird nicht verstanden</translation></message>
<message><source>the trash did not take it</source><translation>der Papierkorb nahm es nicht</translation></message>
<message><source>the value</source><translation>der Wert</translation></message>
<message><source>the value given instead counts as the result for good</source><translation>der Ersatzwert gilt für immer als das Ergebnis</translation></message>
<message><source>the value given instead is kept and given again when the work would succeed</source><translation>der Ersatzwert wird aufgehoben und wieder gegeben, wenn die Arbeit gelingen würde</translation></message>
<message><source>the way to it changed</source><translation>der Weg zu ihm änderte sich</translation></message>
<message><source>the whole workflow</source><translation>dem ganzen Workflow</translation></message>
<message><source>the whole workflow runs{0}</source><translation>der ganze Workflow läuft{0}</translation></message>
<message><source>the worker lost its scheduler ({0})</source><translation>der Arbeiter verlor seinen Planer ({0})</translation></message>
<message><source>the workflow {0} declares no input {1}</source><translation>der Workflow {0} erklärt keine Eingabe {1}</translation></message>
<message><source>the workflow's list</source><translation>der Liste des Workflows</translation></message>
<message><source>the workflow's middleware changed</source><translation>die Middleware des Workflows änderte sich</translation></message>
<message><source>there is no earlier result</source><translation>es gibt kein früheres Ergebnis</translation></message>
<message><source>there is no middleware {0}</source><translation>es gibt keine Middleware {0}</translation></message>
<message><source>there was no answer</source><translation>es kam keine Antwort</translation></message>
<message><source>there was no answer within {0} s</source><translation>innerhalb von {0} s kam keine Antwort</translation></message>
<message><source>this is not a JSON Schema: {0}: {1}</source><translation>das ist kein JSON-Schema: {0}: {1}</translation></message>
<message><source>this is not a regular expression: {0}</source><translation>das ist kein regulärer Ausdruck: {0}</translation></message>
<message><source>this node</source><translation>diesen Knoten</translation></message>
<message><source>this was done before: its result is used</source><translation>das wurde schon einmal getan: Sein Ergebnis wird verwendet</translation></message>
<message><source>through your connection {0}</source><translation>über Ihre Verbindung {0}</translation></message>
<message><source>timed out</source><translation>Zeit überschritten</translation></message>
<message><source>tls is encrypted from the start, starttls turns to TLS, none never is.</source><translation>tls ist von Anfang an verschlüsselt, starttls wechselt zu TLS, none nie.</translation></message>
<message><source>to be rolled back: {0} completed step{1}</source><translation>zurückzunehmen: {0} abgeschlossene Schritte{1:.0}</translation></message>
<message><source>to go</source><translation>offen</translation></message>
<message><source>to_json: bytes have no JSON form.</source><translation>to_json: Bytes haben keine Form in JSON.</translation></message>
<message><source>to_json: indent must be between 0 and 16.</source><translation>to_json: indent muss zwischen 0 und 16 liegen.</translation></message>
<message><source>to_json: the text is longer than {0} bytes.</source><translation>to_json: Der Text ist länger als {0} Bytes.</translation></message>
<message><source>to_json: the value is larger than {0} bytes.</source><translation>to_json: Der Wert ist größer als {0} Bytes.</translation></message>
<message><source>token asks for the token that 'floworch serve' shows, as Authorization: Bearer TOKEN; none lets everybody in who reaches the address.</source><translation>token verlangt das Token, das 'floworch serve' zeigt, als Authorization: Bearer TOKEN; none lässt jeden ein, der die Adresse erreicht.</translation></message>
<message><source>too large to be shown here</source><translation>zu groß, um hier gezeigt zu werden</translation></message>
<message><source>too many arguments</source><translation>zu viele Argumente</translation></message>
<message><source>transient (choice)</source><translation>vorübergehend</translation></message>
<message><source>tried to include non-existing template {0}</source><translation>die eingefügte Vorlage {0} gibt es nicht</translation></message>
<message><source>tried to use {0} operator on unsupported types {1} and {2}</source><translation>der Operator {0} passt nicht zu den Typen {1} und {2}</translation></message>
<message><source>trigger= is the id of a trigger or an object, not {0}.</source><translation>trigger= ist die Id eines Auslösers oder ein Objekt, nicht {0}.</translation></message>
<message><source>true or false</source><translation>true oder false</translation></message>
<message><source>true, false or a condition</source><translation>true, false oder eine Bedingung</translation></message>
<message><source>true, yes, on and false, no, off do, too.</source><translation>true, yes, on und false, no, off gehen auch.</translation></message>
<message><source>unable to calculate {0}</source><translation>{0} lässt sich nicht berechnen</translation></message>
<message><source>undoing it failed in {run}</source><translation>seine Rücknahme schlug in {run} fehl</translation></message>
<message><source>unexpected end of block</source><translation>unerwartetes Ende des Blocks</translation></message>
<message><source>unexpected end of data</source><translation>unerwartetes Ende der Daten</translation></message>
<message><source>unexpected end of input</source><translation>unerwartetes Ende der Eingabe</translation></message>
<message><source>unexpected end of input, expected {0}</source><translation>unerwartetes Ende der Eingabe, erwartet: {0}</translation></message>
<message><source>unexpected end of string</source><translation>unerwartetes Ende des Texts</translation></message>
<message><source>unexpected end of the expression</source><translation>unerwartetes Ende des Ausdrucks</translation></message>
<message><source>unexpected end of the expression, expected {0}</source><translation>unerwartetes Ende des Ausdrucks, erwartet: {0}</translation></message>
<message><source>unexpected input after expression</source><translation>unerwartete Eingabe nach dem Ausdruck</translation></message>
<message><source>unexpected {0}</source><translation>unerwartet: {0}</translation></message>
<message><source>unexpected {0}, expected {1}</source><translation>unerwartet: {0}, erwartet: {1}</translation></message>
<message><source>unknown statement {0}</source><translation>die Anweisung {0} gibt es nicht</translation></message>
<message><source>unsafe (choice)</source><translation>unsicher</translation></message>
<message><source>unterminated string</source><translation>Text ohne Ende</translation></message>
<message><source>unzip (choice)</source><translation>entpacken</translation></message>
<message><source>upsert (choice)</source><translation>einfügen oder ersetzen</translation></message>
<message><source>upstream {0} hangs on what runs again</source><translation>davor hängt {0} an dem, was noch einmal läuft</translation></message>
<message><source>upstream {0} is pinned to another output</source><translation>davor: {0} ist an eine andere Ausgabe geheftet</translation></message>
<message><source>upstream {0} runs again</source><translation>davor läuft {0} noch einmal</translation></message>
<message><source>use actions that are not known here</source><translation>Aktionen nutzen, die hier nicht bekannt sind</translation></message>
<message><source>use some of {0}</source><translation>nehmen Sie welche von {0}</translation></message>
<message><source>use your connections</source><translation>Ihre Verbindungen nutzen</translation></message>
<message><source>user:password in base64</source><translation>Benutzer:Passwort in Base64</translation></message>
<message><source>uv cannot be started: {0}.</source><translation>uv kann nicht gestartet werden: {0}.</translation></message>
<message><source>uv could not make the environment: {0}</source><translation>uv konnte die Umgebung nicht anlegen: {0}</translation></message>
<message><source>validate() takes a Workflow or the dict of a definition, not {0}.</source><translation>validate() nimmt einen Workflow oder das dict einer Definition, nicht {0}.</translation></message>
<message><source>value is not a string</source><translation>der Wert ist kein Text</translation></message>
<message><source>value of type {0} is not iterable</source><translation>über einen Wert vom Typ {0} lässt sich nicht gehen</translation></message>
<message><source>value: nested deeper than {0} levels, or holding itself</source><translation>Wert: tiefer als {0} Ebenen verschachtelt, oder er enthält sich selbst</translation></message>
<message><source>value: object keys must be text, not {0} ({1})</source><translation>Wert: Schlüssel eines Objekts müssen Text sein, nicht {0} ({1})</translation></message>
<message><source>version {0} → {1}</source><translation>Version {0} → {1}</translation></message>
<message><source>waited for a free slot</source><translation>wartete auf einen freien Platz</translation></message>
<message><source>waited for a timer, a signal or a person</source><translation>wartete auf eine Uhr, ein Signal oder einen Menschen</translation></message>
<message><source>waiting</source><translation>wartet</translation></message>
<message><source>waiting for {0} counts as time of the attempt, which then fails without having begun</source><translation>das Warten auf {0} zählt als Zeit des Versuchs, der dann fehlschlägt, ohne begonnen zu haben</translation></message>
<message><source>waits for an answer</source><translation>wartet auf eine Antwort</translation></message>
<message><source>waits: {0} {1}</source><translation>wartet: {0} {1}</translation></message>
<message><source>warning (choice)</source><translation>Warnung</translation></message>
<message><source>was bypassed</source><translation>wurde übergangen</translation></message>
<message><source>was cancelled</source><translation>wurde abgebrochen</translation></message>
<message><source>was changed, or a file beside it was, since you trusted it</source><translation>wurde geändert, oder eine Datei daneben, seit Sie ihm vertraut haben</translation></message>
<message><source>was not found</source><translation>wurde nicht gefunden</translation></message>
<message><source>was skipped</source><translation>wurde übersprungen</translation></message>
<message><source>what is inside it changed</source><translation>was in ihm ist, änderte sich</translation></message>
<message><source>what the node waits for</source><translation>worauf der Knoten wartet</translation></message>
<message><source>whole number</source><translation>ganze Zahl</translation></message>
<message><source>without {names}: secrets are not kept</source><translation>ohne {names}: Geheimnisse werden nicht gesichert</translation></message>
<message><source>write</source><translation>schreiben</translation></message>
<message><source>write to</source><translation>Schreiben</translation></message>
<message><source>wrong number of fields</source><translation>falsche Zahl von Feldern</translation></message>
<message><source>zip or tar pack; unzip unpacks ZIP and TAR, as its content says.</source><translation>zip oder tar packen; unzip packt ZIP und TAR aus, wie der Inhalt es sagt.</translation></message>
<message><source>zoom</source><translation>zoomen</translation></message>
<message><source>{0}
... ({1} more bytes were printed and left out)
</source><translation>{0}
... ({1} weitere Bytes wurden ausgegeben und ausgelassen)
</translation></message>
<message><source>{0}
… {1} characters left out …
{2}</source><translation>{0}
… {1} Zeichen ausgelassen …
{2}</translation></message>
<message><source>{0} (character {1})</source><translation>{0} (Zeichen {1})</translation></message>
<message><source>{0} (its traceback cannot be printed)</source><translation>{0} (sein Traceback lässt sich nicht ausgeben)</translation></message>
<message><source>{0} (line {1} of {2})</source><translation>{0} (Zeile {1} von {2})</translation></message>
<message><source>{0} (line {1})</source><translation>{0} (Zeile {1})</translation></message>
<message><source>{0} ({1} errors in all)</source><translation>{0} ({1} Fehler insgesamt)</translation></message>
<message><source>{0} --store {1}</source><translation>{0} --store {1}</translation></message>
<message><source>{0} What was served before is served on.</source><translation>{0} Was vorher bedient wurde, wird weiter bedient.</translation></message>
<message><source>{0} and {1} may run at the same time and both write the data key {2}: the later one wins.</source><translation>{0} und {1} können gleichzeitig laufen und schreiben beide den Datenschlüssel {2}: Der spätere gewinnt.</translation></message>
<message><source>{0} and {1} more</source><translation>{0} und {1} weitere</translation></message>
<message><source>{0} answered {1} characters: {2} tokens in, {3} out.</source><translation>{0} antwortete {1} Zeichen: {2} Token hinein, {3} heraus.</translation></message>
<message><source>{0} answers the web request at once, so {1} fails: nobody waits for its answer any more.</source><translation>{0} beantwortet die Webanfrage sofort, daher schlägt {1} fehl: Auf dessen Antwort wartet niemand mehr.</translation></message>
<message><source>{0} at {1} answered {2}{3}.</source><translation>{0} bei {1} antwortete {2}{3}.</translation></message>
<message><source>{0} broke off: {1}.</source><translation>{0} brach ab: {1}.</translation></message>
<message><source>{0} bytes</source><translation>{0} Bytes</translation></message>
<message><source>{0} bytes up to the end of the file</source><translation>{0} Bytes bis zum Ende der Datei</translation></message>
<message><source>{0} calls {1}: </source><translation>{0} ruft {1} auf: </translation></message>
<message><source>{0} can be read by other users (mode {1}).</source><translation>{0} können andere Benutzer lesen (Modus {1}).</translation></message>
<message><source>{0} cannot be a tag.</source><translation>{0} kann kein Schlagwort sein.</translation></message>
<message><source>{0} cannot be found: {1}</source><translation>{0} ist nicht zu finden: {1}</translation></message>
<message><source>{0} cannot be listened at: another program does, perhaps another 'floworch serve'.</source><translation>Unter {0} lässt sich nicht lauschen: Das tut ein anderes Programm, vielleicht ein anderes 'floworch serve'.</translation></message>
<message><source>{0} cannot be listened at: {1}.</source><translation>Unter {0} lässt sich nicht lauschen: {1}.</translation></message>
<message><source>{0} cannot be opened as a bundle: {1}.</source><translation>{0} kann nicht als Bündel geöffnet werden: {1}.</translation></message>
<message><source>{0} cannot be read</source><translation>{0} lässt sich nicht lesen</translation></message>
<message><source>{0} cannot be read: it is not an object.</source><translation>{0} lässt sich nicht lesen: Es ist kein Objekt.</translation></message>
<message><source>{0} cannot be read: {1}.</source><translation>{0} lässt sich nicht lesen: {1}.</translation></message>
<message><source>{0} cannot be the name of a connection.</source><translation>{0} kann nicht der Name einer Verbindung sein.</translation></message>
<message><source>{0} cannot be the name of a file.</source><translation>{0} kann kein Name einer Datei sein.</translation></message>
<message><source>{0} cannot be the name of a middleware.</source><translation>{0} kann kein Name einer Middleware sein.</translation></message>
<message><source>{0} cannot be the name of a secret.</source><translation>{0} kann nicht der Name eines Geheimnisses sein.</translation></message>
<message><source>{0} cannot be unset: it has no default</source><translation>{0} kann nicht weggelassen werden: Es hat keine Vorgabe</translation></message>
<message><source>{0} cannot be written: {1}.</source><translation>{0} kann nicht geschrieben werden: {1}.</translation></message>
<message><source>{0} cannot be {1}.</source><translation>{0} kann nicht {1} sein.</translation></message>
<message><source>{0} cannot do what is asked: {1}.</source><translation>{0} kann das Verlangte nicht: {1}.</translation></message>
<message><source>{0} cannot open the folder '{1}': {2}.</source><translation>{0} kann den Ordner '{1}' nicht öffnen: {2}.</translation></message>
<message><source>{0} cannot use {1}.</source><translation>{0} kann {1} nicht verwenden.</translation></message>
<message><source>{0} changed</source><translation>{0} geändert</translation></message>
<message><source>{0} characters</source><translation>{0} Zeichen</translation></message>
<message><source>{0} closed the connection before the command had ended.</source><translation>{0} schloss die Verbindung, bevor der Befehl zu Ende war.</translation></message>
<message><source>{0} compares a decimal or an integer beyond 128 bits, which would round it.</source><translation>{0} vergleicht eine Dezimalzahl oder eine ganze Zahl jenseits von 128 Bit, das würde sie runden.</translation></message>
<message><source>{0} decides which when it runs</source><translation>{0} entscheidet beim Lauf, welche</translation></message>
<message><source>{0} did not accept the login of {1}.</source><translation>{0} nahm die Anmeldung von {1} nicht an.</translation></message>
<message><source>{0} did not accept the login of {1}: {2}.</source><translation>{0} nahm die Anmeldung von {1} nicht an: {2}.</translation></message>
<message><source>{0} did not accept the login, or it may not do this: {1}.</source><translation>{0} nahm die Anmeldung nicht an, oder sie darf das nicht: {1}.</translation></message>
<message><source>{0} did not accept the login: {1}.</source><translation>{0} nahm die Anmeldung nicht an: {1}.</translation></message>
<message><source>{0} did not accept the login{1}.</source><translation>{0} nahm die Anmeldung nicht an{1}.</translation></message>
<message><source>{0} did not accept the user and password: {1} {2}.</source><translation>{0} nahm Benutzer und Passwort nicht an: {1} {2}.</translation></message>
<message><source>{0} did not answer in time: {1}.</source><translation>{0} antwortete nicht rechtzeitig: {1}.</translation></message>
<message><source>{0} did not answer in {1} seconds.</source><translation>{0} antwortete nicht in {1} Sekunden.</translation></message>
<message><source>{0} did not have it</source><translation>{0} hatte ihn nicht</translation></message>
<message><source>{0} does not belong to the connection {1}, which is for {2}.</source><translation>{0} gehört nicht zur Verbindung {1}, die für {2} ist.</translation></message>
<message><source>{0} does not define it</source><translation>{0} legt sie nicht an</translation></message>
<message><source>{0} does not exist.</source><translation>{0} gibt es nicht.</translation></message>
<message><source>{0} does not exist: a node has {1}.</source><translation>{0} gibt es nicht: Ein Knoten hat {1}.</translation></message>
<message><source>{0} does not match {1}</source><translation>{0} passt nicht zu {1}</translation></message>
<message><source>{0} does not send the part that was asked for.</source><translation>{0} sendet den verlangten Teil nicht.</translation></message>
<message><source>{0} does not speak SSH: {1}.</source><translation>{0} spricht kein SSH: {1}.</translation></message>
<message><source>{0} entries</source><translation>{0} Einträge</translation></message>
<message><source>{0} exists {1}.</source><translation>{0} gibt es {1}.</translation></message>
<message><source>{0} files {1} in {2}</source><translation>{0} Dateien {1} in {2}</translation></message>
<message><source>{0} files, {1} MiB</source><translation>{0} Dateien, {1} MiB</translation></message>
<message><source>{0} for each item</source><translation>{0} für jedes Element</translation></message>
<message><source>{0} further lines and reports of progress were dropped: {1} a second are kept</source><translation>{0} weitere Zeilen und Meldungen über den Fortschritt wurden verworfen: {1} je Sekunde werden behalten</translation></message>
<message><source>{0} gave no access token.</source><translation>{0} gab kein Zugriffstoken.</translation></message>
<message><source>{0} has a field '{1}'.</source><translation>{0} hat ein Feld '{1}'.</translation></message>
<message><source>{0} has a retry inside {1}: only the innermost has effect.</source><translation>{0} hat einen Neuversuch in {1}: Nur der innerste wirkt.</translation></message>
<message><source>{0} has more than {1} rows.</source><translation>{0} hat mehr als {1} Zeilen.</translation></message>
<message><source>{0} has no counterpart</source><translation>{0} hat keine Entsprechung</translation></message>
<message><source>{0} has no time zone: add Z for UTC, or an offset such as +02:00</source><translation>{0} hat keine Zeitzone: Ergänzen Sie Z für UTC oder einen Abstand wie +02:00</translation></message>
<message><source>{0} has the SHA-256 {1}, not {2}.</source><translation>{0} hat den SHA-256 {1}, nicht {2}.</translation></message>
<message><source>{0} has the bundle format {1}.</source><translation>{0} hat das Bündelformat {1}.</translation></message>
<message><source>{0} has the key {1} ({2}); keys of an object must be text: str({3})</source><translation>{0} hat den Schlüssel {1} ({2}); Schlüssel eines Objekts müssen Text sein: str({3})</translation></message>
<message><source>{0} has {1} characters; {2} are allowed.</source><translation>{0} hat {1} Zeichen; {2} sind erlaubt.</translation></message>
<message><source>{0} holds a lone surrogate, which is not Unicode.</source><translation>{0} enthält ein einzelnes Surrogat, das kein Unicode ist.</translation></message>
<message><source>{0} holds the lone surrogate {1}, which is not Unicode{2}</source><translation>{0} enthält das einzelne Surrogat {1}, das kein Unicode ist{2}</translation></message>
<message><source>{0} holds {1} more than once.</source><translation>{0} enthält {1} mehr als einmal.</translation></message>
<message><source>{0} holds {1}, half of a character.</source><translation>{0} enthält {1}, ein halbes Zeichen.</translation></message>
<message><source>{0} in it cannot be read</source><translation>{0} darin kann nicht gelesen werden</translation></message>
<message><source>{0} inside it is gone</source><translation>{0} darin ist weg</translation></message>
<message><source>{0} inside it is new</source><translation>{0} darin ist neu</translation></message>
<message><source>{0} inside it: {1}</source><translation>{0} darin: {1}</translation></message>
<message><source>{0} is a bool.</source><translation>{0} ist true oder false.</translation></message>
<message><source>{0} is a field of the node: give it beside 'params', not in it.</source><translation>{0} ist ein Feld des Knotens: Geben Sie es neben 'params', nicht darin.</translation></message>
<message><source>{0} is a float.</source><translation>{0} ist eine Zahl.</translation></message>
<message><source>{0} is a folder.</source><translation>{0} ist ein Ordner.</translation></message>
<message><source>{0} is a int.</source><translation>{0} ist eine ganze Zahl.</translation></message>
<message><source>{0} is a link to another folder; copy that folder here</source><translation>{0} verweist auf einen anderen Ordner; kopieren Sie jenen Ordner hierher</translation></message>
<message><source>{0} is a link, which no other machine can follow.</source><translation>{0} ist eine Verknüpfung, der kein anderer Rechner folgen kann.</translation></message>
<message><source>{0} is a required property</source><translation>{0} ist eine Pflichteigenschaft</translation></message>
<message><source>{0} is a segment that was never completely begun.</source><translation>{0} ist ein Abschnitt, der nie vollständig begonnen wurde.</translation></message>
<message><source>{0} is a str.</source><translation>{0} ist ein Text.</translation></message>
<message><source>{0} is a zip archive without {1}, so it is no bundle.</source><translation>{0} ist ein ZIP-Archiv ohne {1}, also kein Bündel.</translation></message>
<message><source>{0} is already there.</source><translation>{0} ist schon da.</translation></message>
<message><source>{0} is an unconfirmed tail that was put aside when run '{1}' was resumed.</source><translation>{0} ist ein unbestätigtes Ende, das beiseitegelegt wurde, als der Lauf '{1}' fortgesetzt wurde.</translation></message>
<message><source>{0} is greater than or equal to the maximum of {1}</source><translation>{0} ist nicht kleiner als {1}</translation></message>
<message><source>{0} is greater than the maximum of {1}</source><translation>{0} ist größer als das Höchste, {1}</translation></message>
<message><source>{0} is in {1} and {2} in {3}: move one of them to the other.</source><translation>{0} ist in {1} und {2} in {3}: Verschieben Sie eines davon zum anderen.</translation></message>
<message><source>{0} is inside {1}, but {2} holds no body.</source><translation>{0} ist in {1}, aber {2} enthält keinen Rumpf.</translation></message>
<message><source>{0} is inside {1}, which does not exist.</source><translation>{0} ist in {1}, das es nicht gibt.</translation></message>
<message><source>{0} is inside {1}: {2}.</source><translation>{0} ist in {1}: {2}.</translation></message>
<message><source>{0} is larger than {1} bytes.</source><translation>{0} ist größer als {1} Bytes.</translation></message>
<message><source>{0} is left over from a run that was being deleted.</source><translation>{0} ist von einem Lauf übrig, der gerade gelöscht wurde.</translation></message>
<message><source>{0} is less than or equal to the minimum of {1}</source><translation>{0} ist nicht größer als {1}</translation></message>
<message><source>{0} is less than the minimum of {1}</source><translation>{0} ist kleiner als das Mindeste, {1}</translation></message>
<message><source>{0} is missing</source><translation>{0} fehlt</translation></message>
<message><source>{0} is missing in it</source><translation>{0} fehlt darin</translation></message>
<message><source>{0} is missing.</source><translation>{0} fehlt.</translation></message>
<message><source>{0} is neither the address of a Dask scheduler nor a known cluster.</source><translation>{0} ist weder die Adresse eines Planers von Dask noch ein bekannter Cluster.</translation></message>
<message><source>{0} is nested deeper than {1} levels, or holds itself</source><translation>{0} ist tiefer als {1} Ebenen verschachtelt oder enthält sich selbst</translation></message>
<message><source>{0} is nested deeper than {1} levels, or holds itself.</source><translation>{0} ist tiefer als {1} Ebenen verschachtelt oder enthält sich selbst.</translation></message>
<message><source>{0} is no file but a pipe or a device.</source><translation>{0} ist keine Datei, sondern eine Pipe oder ein Gerät.</translation></message>
<message><source>{0} is no name that a file may have</source><translation>{0} ist kein Name, den eine Datei haben darf</translation></message>
<message><source>{0} is no name that a file may have on every system.</source><translation>{0} ist kein Name, den eine Datei auf jedem System haben darf.</translation></message>
<message><source>{0} is no number of JSON</source><translation>{0} ist keine Zahl von JSON</translation></message>
<message><source>{0} is no ordinary file</source><translation>{0} ist keine gewöhnliche Datei</translation></message>
<message><source>{0} is no requirement.</source><translation>{0} ist keine Anforderung.</translation></message>
<message><source>{0} is no run.</source><translation>{0} ist kein Lauf.</translation></message>
<message><source>{0} is no step before this one.</source><translation>{0} ist kein Schritt vor diesem.</translation></message>
<message><source>{0} is no tag of a worker.</source><translation>{0} ist kein Schlagwort eines Arbeiters.</translation></message>
<message><source>{0} is not a JSON value</source><translation>{0} ist kein JSON-Wert</translation></message>
<message><source>{0} is not a container and has no body to run</source><translation>{0} ist kein Behälter und hat keinen Rumpf, der laufen könnte</translation></message>
<message><source>{0} is not a database file.</source><translation>{0} ist keine Datenbankdatei.</translation></message>
<message><source>{0} is not a duration: it is too long</source><translation>{0} ist keine Dauer: Es ist zu lang</translation></message>
<message><source>{0} is not a duration: it must be a finite number of seconds, zero or more</source><translation>{0} ist keine Dauer: Es muss eine endliche Zahl von Sekunden sein, null oder mehr</translation></message>
<message><source>{0} is not a duration: write seconds, or a number with ms, s, m, h or d</source><translation>{0} ist keine Dauer: Schreiben Sie Sekunden oder eine Zahl mit ms, s, m, h oder d</translation></message>
<message><source>{0} is not a feed: {1}.</source><translation>{0} ist kein Feed: {1}.</translation></message>
<message><source>{0} is not a field and does nothing.</source><translation>{0} ist kein Feld und bewirkt nichts.</translation></message>
<message><source>{0} is not a point in time: write it like 2026-01-31T18:00:00Z</source><translation>{0} ist kein Zeitpunkt: Schreiben Sie ihn wie 2026-01-31T18:00:00Z</translation></message>
<message><source>{0} is not a port.</source><translation>{0} ist kein Port.</translation></message>
<message><source>{0} is not a regular expression: {1}.</source><translation>{0} ist kein regulärer Ausdruck: {1}.</translation></message>
<message><source>{0} is not a run id.</source><translation>{0} ist keine Kennung eines Laufs.</translation></message>
<message><source>{0} is not a status of a run.</source><translation>{0} ist kein Zustand eines Laufs.</translation></message>
<message><source>{0} is not a tagged value: $type is bytes, datetime, decimal or artifact and value is text</source><translation>{0} ist kein gekennzeichneter Wert: $type ist bytes, datetime, decimal oder artifact, und value ist Text</translation></message>
<message><source>{0} is not an error kind.</source><translation>{0} ist keine Fehlerart.</translation></message>
<message><source>{0} is not an error kind: use one of {1}. The error itself: {2}</source><translation>{0} ist keine Fehlerart: Es gibt {1}. Der Fehler selbst: {2}</translation></message>
<message><source>{0} is not an error kind: {1}</source><translation>{0} ist keine Fehlerart: {1}</translation></message>
<message><source>{0} is not installed: {1}</source><translation>{0} ist nicht installiert: {1}</translation></message>
<message><source>{0} is not of type {1}</source><translation>{0} ist nicht vom Typ {1}</translation></message>
<message><source>{0} is not on offer.</source><translation>{0} steht nicht zur Auswahl.</translation></message>
<message><source>{0} is not one of {1}</source><translation>{0} ist keines von {1}</translation></message>
<message><source>{0} is not the address of a control channel</source><translation>{0} ist nicht die Adresse eines Steuerkanals</translation></message>
<message><source>{0} is not the node {1}: its id is no identifier.</source><translation>{0} ist nicht der Knoten {1}: Seine Kennung ist kein Bezeichner.</translation></message>
<message><source>{0} is not the text of a {1}</source><translation>{0} ist nicht der Text für {1}</translation></message>
<message><source>{0} is not trusted: {1}</source><translation>{0} ist nicht vertraut: {1}</translation></message>
<message><source>{0} is not understood</source><translation>{0} wird nicht verstanden</translation></message>
<message><source>{0} is not valid under any of the given schemas</source><translation>{0} passt zu keinem der Schemas</translation></message>
<message><source>{0} is null</source><translation>{0} ist null</translation></message>
<message><source>{0} is pinned, but it chooses a port, which an output does not name: it runs all the same.</source><translation>{0} ist angeheftet, wählt aber einen Ausgang, den eine Ausgabe nicht nennt: Er läuft trotzdem.</translation></message>
<message><source>{0} is pinned, but it is inside {1}, which runs or is pinned as a whole.</source><translation>{0} ist angeheftet, aber in {1}, das als Ganzes läuft oder angeheftet ist.</translation></message>
<message><source>{0} is the decimal {1}, which is not a finite number; use None</source><translation>{0} ist die Dezimalzahl {1}, das ist keine endliche Zahl; nehmen Sie None</translation></message>
<message><source>{0} is the store itself.</source><translation>{0} ist der Speicher selbst.</translation></message>
<message><source>{0} is too large for a number with a fraction.</source><translation>{0} ist zu groß für eine Zahl mit Nachkommastellen.</translation></message>
<message><source>{0} is too long</source><translation>{0} ist zu lang</translation></message>
<message><source>{0} is too short</source><translation>{0} ist zu kurz</translation></message>
<message><source>{0} is undefined</source><translation>{0} ist nicht definiert</translation></message>
<message><source>{0} is undefined.</source><translation>{0} ist nicht definiert.</translation></message>
<message><source>{0} is undefined{1}.</source><translation>{0} ist nicht definiert{1}.</translation></message>
<message><source>{0} is unknown</source><translation>{0} ist nicht bekannt</translation></message>
<message><source>{0} is zero.</source><translation>{0} ist null.</translation></message>
<message><source>{0} is {1} here; the bundle was made with {2}.</source><translation>{0} ist hier {1}; das Bündel wurde mit {2} gemacht.</translation></message>
<message><source>{0} is {1} in items[{2}] but {3} in items[{4}]: they have no order.</source><translation>{0} ist {1} in items[{2}], aber {3} in items[{4}]: Sie haben keine Ordnung.</translation></message>
<message><source>{0} is {1} {2}, which is not a JSON value{3}</source><translation>{0} ist vom Typ {2}{1:.0}, das ist kein JSON-Wert{3}</translation></message>
<message><source>{0} is {1}, which is not a finite number; use None</source><translation>{0} ist {1}, das ist keine endliche Zahl; nehmen Sie None</translation></message>
<message><source>{0} is {1}; it must be at most {2}.</source><translation>{0} ist {1}; höchstens {2} ist erlaubt.</translation></message>
<message><source>{0} is {1}; it must be {2}.</source><translation>{0} ist {1}; es muss {2} sein.</translation></message>
<message><source>{0} items of the node {1} of run {2} wait for {3}.</source><translation>{0} Elemente des Knotens {1} im Lauf {2} warten auf {3}.</translation></message>
<message><source>{0} kept its result from an earlier form of it</source><translation>{0} behielt sein Ergebnis aus einer früheren Form von ihm</translation></message>
<message><source>{0} leads to a page that was read already.</source><translation>{0} führt zu einer Seite, die schon gelesen ist.</translation></message>
<message><source>{0} left it out</source><translation>{0} ließ ihn aus</translation></message>
<message><source>{0} lie inside each other.</source><translation>{0} liegen ineinander.</translation></message>
<message><source>{0} lies inside {1} or more containers.</source><translation>{0} liegt in {1} oder mehr Behältern.</translation></message>
<message><source>{0} lies outside the calendar</source><translation>{0} liegt außerhalb des Kalenders</translation></message>
<message><source>{0} messages did not fit</source><translation>{0} Nachrichten passten nicht</translation></message>
<message><source>{0} more lines were printed and left out of the log.</source><translation>{0} weitere Zeilen wurden ausgegeben und im Protokoll weggelassen.</translation></message>
<message><source>{0} must be 1 or 0, not {1}.</source><translation>{0} muss 1 oder 0 sein, nicht {1}.</translation></message>
<message><source>{0} must be a whole number of at least 1, not {1}.</source><translation>{0} muss eine ganze Zahl von mindestens 1 sein, nicht {1}.</translation></message>
<message><source>{0} must be text, not {1}.</source><translation>{0} muss Text sein, nicht {1}.</translation></message>
<message><source>{0} must {1}, not {2}</source><translation>{0} muss {1}, nicht {2}</translation></message>
<message><source>{0} needs a date as text, not {1}.</source><translation>{0} braucht ein Datum als Text, nicht {1}.</translation></message>
<message><source>{0} needs a library that is not installed.</source><translation>{0} braucht eine Bibliothek, die nicht installiert ist.</translation></message>
<message><source>{0} needs a text, not {1}.</source><translation>{0} braucht einen Text, nicht {1}.</translation></message>
<message><source>{0} needs numbers, texts or lists, not null or something undefined</source><translation>{0} braucht Zahlen, Texte oder Listen, nicht null oder etwas nicht Definiertes</translation></message>
<message><source>{0} needs the library {1}, which is not installed here.</source><translation>{0} braucht die Bibliothek {1}, die hier nicht installiert ist.</translation></message>
<message><source>{0} needs too much memory or is nested too deep.</source><translation>{0} braucht zu viel Speicher oder ist zu tief verschachtelt.</translation></message>
<message><source>{0} of its items are done and would run again: allow that with rerun_changed (--rerun-changed)</source><translation>{0} seiner Elemente sind fertig und würden noch einmal laufen: Erlauben Sie das mit rerun_changed (--rerun-changed)</translation></message>
<message><source>{0} of run {1} does not wait for {2}.</source><translation>{0} des Laufs {1} wartet nicht auf {2}.</translation></message>
<message><source>{0} of run {1} was answered already by {2}.</source><translation>{0} des Laufs {1} wurde schon beantwortet, von {2}.</translation></message>
<message><source>{0} of run {1} was answered already.</source><translation>{0} des Laufs {1} wurde schon beantwortet.</translation></message>
<message><source>{0} of run {1} was approved already by {2}.</source><translation>{0} des Laufs {1} wurde schon genehmigt, von {2}.</translation></message>
<message><source>{0} of run {1} was approved already.</source><translation>{0} des Laufs {1} wurde schon genehmigt.</translation></message>
<message><source>{0} of run {1} was rejected already by {2}.</source><translation>{0} des Laufs {1} wurde schon abgelehnt, von {2}.</translation></message>
<message><source>{0} of run {1} was rejected already.</source><translation>{0} des Laufs {1} wurde schon abgelehnt.</translation></message>
<message><source>{0} of run {1} was {2} already{3}.</source><translation>{0} des Laufs {1} wurde schon entschieden: {2}{3}.</translation></message>
<message><source>{0} of {1} are valid.</source><translation>{0} von {1} sind gültig.</translation></message>
<message><source>{0} of {1} bytes</source><translation>{0} von {1} Bytes</translation></message>
<message><source>{0} of {1} is {2}, and no list of items.</source><translation>{0} von {1} ist {2} und keine Liste von Elementen.</translation></message>
<message><source>{0} of {1} items of {2}</source><translation>{0} von {1} Elementen aus {2}</translation></message>
<message><source>{0} of {1} messages</source><translation>{0} von {1} Nachrichten</translation></message>
<message><source>{0} of {1} rows</source><translation>{0} von {1} Zeilen</translation></message>
<message><source>{0} or more entries</source><translation>{0} oder mehr Einträge</translation></message>
<message><source>{0} pages, {1} items</source><translation>{0} Seiten, {1} Elemente</translation></message>
<message><source>{0} reads the node {1}, which has not run before it.</source><translation>{0} liest den Knoten {1}, der nicht davor gelaufen ist.</translation></message>
<message><source>{0} reads the node {1}, which is {2}.</source><translation>{0} liest den Knoten {1}, das ist {2}.</translation></message>
<message><source>{0} redirects more than ten times.</source><translation>{0} leitet mehr als zehnmal weiter.</translation></message>
<message><source>{0} refused every recipient: {1}.</source><translation>{0} lehnte jeden Empfänger ab: {1}.</translation></message>
<message><source>{0} refused the mail: {1} {2}.</source><translation>{0} lehnte die Mail ab: {1} {2}.</translation></message>
<message><source>{0} refused {1}: {2}</source><translation>{0} hat {1} abgelehnt: {2}</translation></message>
<message><source>{0} removed: {1}</source><translation>{0} entfernt: {1}</translation></message>
<message><source>{0} rows</source><translation>{0} Zeilen</translation></message>
<message><source>{0} rows written to {1}.</source><translation>{0} Zeilen nach {1} geschrieben.</translation></message>
<message><source>{0} rows.</source><translation>{0} Zeilen.</translation></message>
<message><source>{0} runs begin so, the last of them is '{1}'.</source><translation>{0} Läufe beginnen so, der letzte davon ist '{1}'.</translation></message>
<message><source>{0} runs in a thread, which a timeout cannot interrupt: its work goes on and the result is dropped.</source><translation>{0} läuft in einem Thread, den eine Zeitgrenze nicht unterbrechen kann: Die Arbeit geht weiter, und das Ergebnis wird verworfen.</translation></message>
<message><source>{0} should be non-empty</source><translation>{0} darf nicht leer sein</translation></message>
<message><source>{0} there</source><translation>{0} da</translation></message>
<message><source>{0} times</source><translation>{0}-mal</translation></message>
<message><source>{0} waits for all its edges, but only one of its branches is ever taken: it never runs.</source><translation>{0} wartet auf alle seine Verbindungen, doch nur einer seiner Zweige wird je genommen: Er läuft nie.</translation></message>
<message><source>{0} waits for run {1}, which is {2}</source><translation>{0} wartet auf den Lauf {1}, Zustand: {2}</translation></message>
<message><source>{0} wants a list, and {1} gives an object.</source><translation>{0} will eine Liste, und {1} liefert ein Objekt.</translation></message>
<message><source>{0} was changed since the bundle was unpacked.</source><translation>{0} wurde geändert, seit das Bündel entpackt wurde.</translation></message>
<message><source>{0} was changed, or a file beside it was, since you trusted it: {1}</source><translation>{0} oder eine Datei daneben wurde geändert, seit Sie ihm vertraut haben: {1}</translation></message>
<message><source>{0} was given an action where its options are wanted: write {1}(...)(action).</source><translation>{0} erhielt eine Aktion, wo seine Optionen stehen sollen: Schreiben Sie {1}(...)(action).</translation></message>
<message><source>{0} was never completely written.</source><translation>{0} wurde nie vollständig geschrieben.</translation></message>
<message><source>{0} {1} answered {2} {3}</source><translation>{0} {1} antwortete {2} {3}</translation></message>
<message><source>{0} {1} starts both '{2}' ({3}) and '{4}' ({5}).</source><translation>{0} {1} startet sowohl '{2}' ({3}) als auch '{4}' ({5}).</translation></message>
<message><source>{0} {1}, so it cannot be a fallback.</source><translation>{0} {1}, darum kann es kein Ersatz sein.</translation></message>
<message><source>{0} {1}, which no other process can find: {2}.</source><translation>{0} {1}, die kein anderer Prozess finden kann: {2}.</translation></message>
<message><source>{0} {1}: {2}, {3} bytes</source><translation>{0} {1}: {2}, {3} Bytes</translation></message>
<message><source>{0}() missing 1 required positional argument: {1}</source><translation>{0}() fehlt ein Argument: {1}</translation></message>
<message><source>{0}(...) takes {1} without a name, not {2}.{3}</source><translation>{0}(...) nimmt {1} ohne Namen, nicht {2}.{3}</translation></message>
<message><source>{0}(...): '{1}' is given twice, by its place and by its name.</source><translation>{0}(...): '{1}' ist zweimal gegeben, durch seine Stelle und durch seinen Namen.</translation></message>
<message><source>{0}, although {1}</source><translation>{0}, obwohl {1}</translation></message>
<message><source>{0}, or create it again.</source><translation>{0}, oder legen Sie es wieder an.</translation></message>
<message><source>{0}, {1}, holds a lone surrogate, which is not Unicode.</source><translation>{0}, {1}, enthält ein einzelnes Surrogat, das kein Unicode ist.</translation></message>
<message><source>{0}. Last output: {1}</source><translation>{0}. Letzte Ausgabe: {1}</translation></message>
<message><source>{0}... ({1} characters)</source><translation>{0}... ({1} Zeichen)</translation></message>
<message><source>{0}... ({1} more characters)</source><translation>{0}... ({1} weitere Zeichen)</translation></message>
<message><source>{0}: '{1}' is the context, which is given as the first parameter.</source><translation>{0}: '{1}' ist der Kontext, der als erster Parameter übergeben wird.</translation></message>
<message><source>{0}: '{1}' of the module '{2}' is not a function.</source><translation>{0}: '{1}' des Moduls '{2}' ist keine Funktion.</translation></message>
<message><source>{0}: '{1}' of the module '{2}' is not a middleware.</source><translation>{0}: '{1}' des Moduls '{2}' ist keine Middleware.</translation></message>
<message><source>{0}: decimals and floats cannot be added exactly.</source><translation>{0}: Dezimalzahlen und Gleitkommazahlen lassen sich nicht genau addieren.</translation></message>
<message><source>{0}: items[{1}] has {2}, but {3} is needed.</source><translation>{0}: items[{1}] hat {2}, gebraucht wird aber {3}.</translation></message>
<message><source>{0}: its parameters cannot be described: {1}</source><translation>{0}: Seine Parameter lassen sich nicht beschreiben: {1}</translation></message>
<message><source>{0}: its parameters cannot be read from it.</source><translation>{0}: Seine Parameter lassen sich nicht daraus lesen.</translation></message>
<message><source>{0}: nested deeper than {1} levels, or holding itself</source><translation>{0}: tiefer als {1} Ebenen verschachtelt, oder es enthält sich selbst</translation></message>
<message><source>{0}: no time zone {1}.</source><translation>{0}: Es gibt keine Zeitzone {1}.</translation></message>
<message><source>{0}: parameter '{1}' cannot be given by name.</source><translation>{0}: Der Parameter '{1}' kann nicht mit seinem Namen gegeben werden.</translation></message>
<message><source>{0}: the disk took only a part of the line</source><translation>{0}: Der Datenträger nahm nur einen Teil der Zeile</translation></message>
<message><source>{0}: the module '{1}' cannot be imported: {2}: {3}</source><translation>{0}: Das Modul '{1}' lässt sich nicht importieren: {2}: {3}</translation></message>
<message><source>{0}: the module '{1}' has no function '{2}'.</source><translation>{0}: Das Modul '{1}' hat keine Funktion '{2}'.</translation></message>
<message><source>{0}: the number {1} is out of range.</source><translation>{0}: Die Zahl {1} liegt außerhalb des Bereichs.</translation></message>
<message><source>{0}: the result is beyond 128 bits, or is no number</source><translation>{0}: Das Ergebnis liegt jenseits von 128 Bit oder ist keine Zahl</translation></message>
<message><source>{0}: the type of '{1}', {2}, cannot be read: {3}.</source><translation>{0}: Der Typ von '{1}', {2}, lässt sich nicht lesen: {3}.</translation></message>
<message><source>{0}: there is no division by zero</source><translation>{0}: Durch null lässt sich nicht teilen</translation></message>
<message><source>{0}: there is no parameter '{1}'.</source><translation>{0}: Es gibt keinen Parameter '{1}'.</translation></message>
<message><source>{0}: there is nothing to migrate from version {1} to {2}.</source><translation>{0}: Von Version {1} auf {2} gibt es nichts zu übertragen.</translation></message>
<message><source>{0}: unknown capability {1}.</source><translation>{0}: unbekannte Fähigkeit {1}.</translation></message>
<message><source>{0}: {1} cannot be a success port.</source><translation>{0}: {1} kann kein Ausgang für das Gelingen sein.</translation></message>
<message><source>{0}: {1} cannot be a version.</source><translation>{0}: {1} kann keine Version sein.</translation></message>
<message><source>{0}: {1} cannot be {2}.</source><translation>{0}: {1} kann nicht {2} sein.</translation></message>
<message><source>{0}: {1} files, {2} bytes</source><translation>{0}: {1} Dateien, {2} Bytes</translation></message>
<message><source>{0}: {1} is not a time in seconds since 1970.</source><translation>{0}: {1} ist keine Zeit in Sekunden seit 1970.</translation></message>
<message><source>{0}: {1} is not an ISO-8601 date.</source><translation>{0}: {1} ist kein Datum nach ISO 8601.</translation></message>
<message><source>{0}: {1} is not an error kind</source><translation>{0}: {1} ist keine Fehlerart</translation></message>
<message><source>{0}: {1} objects, {2} bytes</source><translation>{0}: {1} Objekte, {2} Bytes</translation></message>
<message><source>{0}: {1} of {2} files, {3} bytes</source><translation>{0}: {1} von {2} Dateien, {3} Bytes</translation></message>
<message><source>{0}: {1}; using {2}</source><translation>{0}: {1}; stattdessen {2}</translation></message>
<message><source>{0}:{1} can be reached; the login is tried by the first action</source><translation>{0}:{1} ist zu erreichen; die Anmeldung versucht die erste Aktion</translation></message>
<message><source>{0}:{1} cannot be reached: {2}</source><translation>{0}:{1} ist nicht zu erreichen: {2}</translation></message>
<message><source>{0}:{1} closed the connection.</source><translation>{0}:{1} schloss die Verbindung.</translation></message>
<message><source>{0}; its result is kept</source><translation>{0}; sein Ergebnis bleibt</translation></message>
<message><source>{0}; the error before that: {1} ({2})</source><translation>{0}; der Fehler davor: {1} ({2})</translation></message>
<message><source>{0}; {1} did not take its branch</source><translation>{0}; {1} nahm seinen Zweig nicht</translation></message>
<message><source>{0}; {1} handled its failure</source><translation>{0}; {1} behandelte seinen Fehlschlag</translation></message>
<message><source>{0}; {1} skipped it</source><translation>{0}; {1} übersprang ihn</translation></message>
<message><source>{0}= is True or False, not {1}.</source><translation>{0}= ist True oder False, nicht {1}.</translation></message>
<message><source>{0}= is a list of names, not {1}.</source><translation>{0}= ist eine Liste von Namen, nicht {1}.</translation></message>
<message><source>{0}= is a text, not {1}.</source><translation>{0}= ist ein Text, nicht {1}.</translation></message>
<message><source>{0}= is a whole number, not {1}.</source><translation>{0}= ist eine ganze Zahl, nicht {1}.</translation></message>
<message><source>{0}= is the id of a node or a list of ids, not {1}.</source><translation>{0}= ist die Id eines Schritts oder eine Liste von Ids, nicht {1}.</translation></message>
<message><source>{0}={1} names no format of a store.</source><translation>{0}={1} nennt kein Format eines Speichers.</translation></message>
<message><source>{0}Choose one of {1}.</source><translation>{0}Wählen Sie eines von {1}.</translation></message>
<message><source>{0}[{1}] must be an object to have a field '{2}', not {3}.</source><translation>{0}[{1}] muss ein Objekt sein, um ein Feld '{2}' zu haben, nicht {3}.</translation></message>
<message><source>{0}[{1}] must be an object, not {2}.</source><translation>{0}[{1}] muss ein Objekt sein, nicht {2}.</translation></message>
<message><source>{0}{1} has no counterpart; a placeholder that fails stands for it.</source><translation>{0}{1} hat keine Entsprechung; dafür steht ein Platzhalter, der fehlschlägt.</translation></message>
<message><source>{0}{1}: an integer of more than {2} digits</source><translation>{0}{1}: eine ganze Zahl mit mehr als {2} Stellen</translation></message>
<message><source>{0}{1}: decimal {2} is not a finite number</source><translation>{0}{1}: die Dezimalzahl {2} ist keine endliche Zahl</translation></message>
<message><source>{0}{1}: object keys must be text, not {2} ({3})</source><translation>{0}{1}: Schlüssel eines Objekts müssen Text sein, nicht {2} ({3})</translation></message>
<message><source>{0}{1}: text with a lone surrogate, which is not Unicode</source><translation>{0}{1}: Text mit einem einzelnen Surrogat, das kein Unicode ist</translation></message>
<message><source>{0}{1}: {2} is not a JSON value{3}</source><translation>{0}{1}: {2} ist kein JSON-Wert{3}</translation></message>
<message><source>{0}{1}: {2} is not a finite number</source><translation>{0}{1}: {2} ist keine endliche Zahl</translation></message>
<message><source>{alike:,} of {n:,} nodes ended alike</source><translation>{alike:,} von {n:,} Knoten endeten gleich</translation></message>
<message><source>{before} and {after} are alike.</source><translation>{before} und {after} sind gleich.</translation></message>
<message><source>{between!r} runs between the selected nodes: select it too.</source><translation>{between!r} läuft zwischen den ausgewählten Knoten: Wählen Sie ihn auch aus.</translation></message>
<message><source>{count:,} items</source><translation>{count:,} Elemente</translation></message>
<message><source>{count:,} problems</source><translation>{count:,} Probleme</translation></message>
<message><source>{count} more</source><translation>{count} weitere</translation></message>
<message><source>{count} more messages above the canvas</source><translation>{count} weitere Meldungen über der Zeichenfläche</translation></message>
<message><source>{count} nodes</source><translation>{count} Knoten</translation></message>
<message><source>{count} to mend first; they are listed below.</source><translation>Zuerst zu beheben: {count}; unten aufgelistet.</translation></message>
<message><source>{default} (default)</source><translation>{default} (Vorgabe)</translation></message>
<message><source>{done} of {all}</source><translation>{done} von {all}</translation></message>
<message><source>{error}. Your work is safe; you can go on.</source><translation>{error}. Ihre Arbeit ist sicher; Sie können weitermachen.</translation></message>
<message><source>{first} and {last}</source><translation>{first} und {last}</translation></message>
<message><source>{headline}. Both are in one picture, read only.</source><translation>{headline}. Beide sind in einem Bild, nur zum Lesen.</translation></message>
<message><source>{hosts} and 1 more host</source><translation>{hosts} und 1 weiteren Rechner</translation></message>
<message><source>{hosts} and {n} more hosts</source><translation>{hosts} und {n} weitere Rechner</translation></message>
<message><source>{hours:,} h {minutes} min</source><translation>{hours:,} h {minutes} min</translation></message>
<message><source>{id} stands in {source}, which is not imported before you trust this file.</source><translation>{id} steht in {source}; das wird erst geladen, wenn Sie dieser Datei vertrauen.</translation></message>
<message><source>{inside:,} nodes inside</source><translation>{inside:,} Knoten darin</translation></message>
<message><source>{items_failed:,} failed</source><translation>{items_failed:,} fehlgeschlagen</translation></message>
<message><source>{items} items</source><translation>{items} Elemente</translation></message>
<message><source>{key!r} of the called workflow is a trigger: take it out there first.</source><translation>{key!r} des aufgerufenen Workflows ist ein Auslöser: Nehmen Sie ihn dort zuerst heraus.</translation></message>
<message><source>{key!r} uses the data of the run, which a called workflow does not share: hand it on as an output.</source><translation>{key!r} nutzt die Daten des Laufs, die ein aufgerufener Workflow nicht teilt: Reichen Sie sie als Ausgabe weiter.</translation></message>
<message><source>{key!r} uses the item of the loop around it: select the loop itself instead.</source><translation>{key!r} nutzt das Element der Schleife darum: Wählen Sie stattdessen die Schleife selbst.</translation></message>
<message><source>{key!r} waits for the failure of the call and for something else.</source><translation>{key!r} wartet auf das Fehlschlagen des Aufrufs und auf etwas anderes.</translation></message>
<message><source>{key!r} would read the item of another loop than the call does.</source><translation>{key!r} würde das Element einer anderen Schleife lesen als der Aufruf.</translation></message>
<message><source>{key} belongs to the canvas itself and cannot be given away. Choose another key.</source><translation>{key} gehört der Zeichenfläche selbst und kann nicht vergeben werden. Wählen Sie eine andere Taste.</translation></message>
<message><source>{key} is free.</source><translation>{key} ist frei.</translation></message>
<message><source>{key} is given to both {first} and {second}. Take it from one of them.</source><translation>{key} ist sowohl {first} als auch {second} gegeben. Nehmen Sie die Taste einer der beiden weg.</translation></message>
<message><source>{key} is taken from: {actions}.</source><translation>{key} wird weggenommen von: {actions}.</translation></message>
<message><source>{line}… ({n:,} characters)</source><translation>{line}… ({n:,} Zeichen)</translation></message>
<message><source>{message} Set the environment variable {variable} before the program starts.</source><translation>{message} Setzen Sie die Umgebungsvariable {variable}, bevor das Programm startet.</translation></message>
<message><source>{minutes} min</source><translation>{minutes} min</translation></message>
<message><source>{minutes} min {rest} s</source><translation>{minutes} min {rest} s</translation></message>
<message><source>{n:,} bytes</source><translation>{n:,} Bytes</translation></message>
<message><source>{n:,} more characters</source><translation>{n:,} weitere Zeichen</translation></message>
<message><source>{n:,} of {nodes}</source><translation>{n:,} von {nodes}</translation></message>
<message><source>{names} and {n} more</source><translation>{names} und {n} weitere</translation></message>
<message><source>{name} as saved</source><translation>{name} wie gespeichert</translation></message>
<message><source>{name} cannot be imported. {message}</source><translation>{name} lässt sich nicht importieren. {message}</translation></message>
<message><source>{name} cannot be put back here.</source><translation>{name} lässt sich hier nicht zurückholen.</translation></message>
<message><source>{name} cannot be removed.</source><translation>{name} kann nicht entfernt werden.</translation></message>
<message><source>{name} does not work: {why}</source><translation>{name} funktioniert nicht: {why}</translation></message>
<message><source>{name} holds again what it held before.</source><translation>{name} enthält wieder, was vorher darin stand.</translation></message>
<message><source>{name} is deleted.</source><translation>{name} ist gelöscht.</translation></message>
<message><source>{name} is deleted. Workflows that use it fail until there is one again.</source><translation>{name} ist gelöscht. Workflows, die sie nutzen, schlagen fehl, bis es sie wieder gibt.</translation></message>
<message><source>{name} is kept in the keyring.</source><translation>{name} ist im Schlüsselbund aufgehoben.</translation></message>
<message><source>{name} is kept.</source><translation>{name} ist aufgehoben.</translation></message>
<message><source>{name} is no longer there</source><translation>{name} ist nicht mehr da</translation></message>
<message><source>{name} is not there.</source><translation>{name} ist nicht da.</translation></message>
<message><source>{name} is not trusted yet</source><translation>{name} ist noch nicht vertraut</translation></message>
<message><source>{name} is open in another tab.</source><translation>{name} ist in einem anderen Tab offen.</translation></message>
<message><source>{name} is open in another window</source><translation>{name} ist in einem anderen Fenster offen</translation></message>
<message><source>{name} is read-only. Overwrite it?</source><translation>{name} ist schreibgeschützt. Überschreiben?</translation></message>
<message><source>{name} is removed: its nodes are here again.</source><translation>{name} ist entfernt: Die Knoten daraus sind wieder hier.</translation></message>
<message><source>{name} is saved and called here.</source><translation>{name} ist gespeichert und wird hier aufgerufen.</translation></message>
<message><source>{name} is there already. Replace it?</source><translation>{name} gibt es schon. Ersetzen?</translation></message>
<message><source>{name} is trusted</source><translation>{name} ist vertraut</translation></message>
<message><source>{name} is unpacked into the folder {folder}.</source><translation>{name} ist in den Ordner {folder} entpackt.</translation></message>
<message><source>{name} is written again.</source><translation>{name} ist wieder geschrieben.</translation></message>
<message><source>{name} needs actions or layers that it does not hold.</source><translation>{name} braucht Aktionen oder Schichten, die nicht darin sind.</translation></message>
<message><source>{name} on the disk</source><translation>{name} auf der Festplatte</translation></message>
<message><source>{name} stands here now. The file stays as it is.</source><translation>{name} steht jetzt hier. Die Datei bleibt, wie sie ist.</translation></message>
<message><source>{name} stays until you save: {own}, as it is saved, calls it.</source><translation>{name} bleibt bis zum nächsten Speichern: {own} ruft die Datei auf, so wie es gespeichert ist.</translation></message>
<message><source>{name} stays: it is open in a tab.</source><translation>{name} bleibt: Die Datei ist in einem Reiter offen.</translation></message>
<message><source>{name} stays: it was changed since.</source><translation>{name} bleibt: Die Datei wurde seitdem geändert.</translation></message>
<message><source>{name} stays: {caller} calls it.</source><translation>{name} bleibt: {caller} ruft die Datei auf.</translation></message>
<message><source>{name} was changed by another program</source><translation>{name} wurde von einem anderen Programm geändert</translation></message>
<message><source>{name} was changed by another program since it was opened here. Overwrite it?</source><translation>{name} wurde von einem anderen Programm geändert, seit es hier geöffnet wurde. Überschreiben?</translation></message>
<message><source>{name} was changed since you trusted it</source><translation>{name} wurde geändert, seit Sie ihm vertraut haben</translation></message>
<message><source>{name} was changed since, and stays as it is.</source><translation>{name} wurde seitdem geändert und bleibt unverändert.</translation></message>
<message><source>{name} works: {what}.</source><translation>{name} funktioniert: {what}.</translation></message>
<message><source>{name}, unsaved changes</source><translation>{name}, ungespeicherte Änderungen</translation></message>
<message><source>{name}: the run failed</source><translation>{name}: Der Lauf ist fehlgeschlagen</translation></message>
<message><source>{name}[*] – Flow Orchestrator</source><translation>{name}[*] – Flow Orchestrator</translation></message>
<message><source>{new} is used instead of {old}; the connection itself is not renamed.</source><translation>{new} wird statt {old} benutzt; die Verbindung selbst ist nicht umbenannt.</translation></message>
<message><source>{new} is used instead of {old}; the secret itself is not renamed.</source><translation>{new} wird statt {old} benutzt; das Geheimnis selbst ist nicht umbenannt.</translation></message>
<message><source>{number:,} nodes</source><translation>{number:,} Knoten</translation></message>
<message><source>{n} attempts</source><translation>{n} Versuche</translation></message>
<message><source>{n} changes beside the nodes</source><translation>{n} Änderungen neben den Knoten</translation></message>
<message><source>{n} edges added</source><translation>{n} Verbindungen hinzugefügt</translation></message>
<message><source>{n} edges removed</source><translation>{n} Verbindungen entfernt</translation></message>
<message><source>{n} errors keep it from running</source><translation>{n} Fehler stehen dem Lauf im Weg</translation></message>
<message><source>{n} inputs differ</source><translation>{n} Eingaben unterscheiden sich</translation></message>
<message><source>{n} items</source><translation>{n} Elemente</translation></message>
<message><source>{n} last</source><translation>zuletzt {n}</translation></message>
<message><source>{n} more runs wait for an answer</source><translation>{n} weitere Läufe warten auf eine Antwort</translation></message>
<message><source>{n} more runs were interrupted</source><translation>{n} weitere Läufe wurden unterbrochen</translation></message>
<message><source>{n} more steps</source><translation>{n} weitere Schritte</translation></message>
<message><source>{n} nodes</source><translation>{n} Knoten</translation></message>
<message><source>{n} nodes added</source><translation>{n} Knoten hinzugefügt</translation></message>
<message><source>{n} nodes changed</source><translation>{n} Knoten geändert</translation></message>
<message><source>{n} nodes moved</source><translation>{n} Knoten verschoben</translation></message>
<message><source>{n} nodes removed</source><translation>{n} Knoten entfernt</translation></message>
<message><source>{n} nodes run</source><translation>{n} Knoten laufen</translation></message>
<message><source>{n} nodes that were moved meanwhile stay there</source><translation>{n} inzwischen verschobene Knoten bleiben an ihrem Platz</translation></message>
<message><source>{n} problems</source><translation>{n} Probleme</translation></message>
<message><source>{n} runs</source><translation>{n} Läufe</translation></message>
<message><source>{n} runs removed</source><translation>{n} Läufe entfernt</translation></message>
<message><source>{n} runs, this the latest</source><translation>{n} Läufe, dies der letzte</translation></message>
<message><source>{n} steps that are done are undone.</source><translation>{n} erledigte Schritte werden zurückgenommen.</translation></message>
<message><source>{n} steps wait for an answer.</source><translation>{n} Schritte warten auf eine Antwort.</translation></message>
<message><source>{n} things were not converted.</source><translation>{n} Stellen wurden nicht übernommen.</translation></message>
<message><source>{n} uses</source><translation>{n} Stellen</translation></message>
<message><source>{n} wires</source><translation>{n} Verbindungen</translation></message>
<message><source>{n} wires across the border of the container were removed. Ctrl+Z takes it back.</source><translation>{n} Verbindungen über den Rand des Containers wurden entfernt. Strg+Z nimmt es zurück.</translation></message>
<message><source>{n}, never set</source><translation>{n}, nie gesetzt</translation></message>
<message><source>{n}, not declared</source><translation>{n}, nicht erklärt</translation></message>
<message><source>{path} as saved</source><translation>{path}, wie gespeichert</translation></message>
<message><source>{path} cannot be deleted.</source><translation>{path} kann nicht gelöscht werden.</translation></message>
<message><source>{path} cannot be opened: it has {n:,} problems.</source><translation>{path} lässt sich nicht öffnen: Es gibt {n:,} Probleme.</translation></message>
<message><source>{path} cannot be read from commit {commit}.</source><translation>{path} lässt sich aus Commit {commit} nicht lesen.</translation></message>
<message><source>{path} cannot be read.</source><translation>{path} lässt sich nicht lesen.</translation></message>
<message><source>{path} cannot be written.</source><translation>{path} lässt sich nicht schreiben.</translation></message>
<message><source>{path} is larger than {n} MiB in that commit.</source><translation>{path} ist in diesem Commit größer als {n} MiB.</translation></message>
<message><source>{path} is no parameter set.</source><translation>{path} ist kein Parametersatz.</translation></message>
<message><source>{path} is not in a git repository.</source><translation>{path} liegt in keinem git-Repository.</translation></message>
<message><source>{path} is not in commit {commit}.</source><translation>{path} ist nicht in Commit {commit}.</translation></message>
<message><source>{path} is not in the last commit.</source><translation>{path} ist nicht im letzten Commit.</translation></message>
<message><source>{path} is opened as a copy without the part that cannot be read.</source><translation>{path} ist als Kopie geöffnet, ohne den Teil, der sich nicht lesen lässt.</translation></message>
<message><source>{path} is opened as a copy without {n} parts that cannot be read.</source><translation>{path} ist als Kopie geöffnet, ohne {n} Teile, die sich nicht lesen lassen.</translation></message>
<message><source>{path} is shipped with the product and opened as a copy: saving asks where.</source><translation>{path} gehört zum Programm und ist als Kopie geöffnet: Beim Speichern wird gefragt, wohin.</translation></message>
<message><source>{pattern} in {path}</source><translation>{pattern} in {path}</translation></message>
<message><source>{run_id} deleted</source><translation>{run_id} gelöscht</translation></message>
<message><source>{run_id} has ended meanwhile.</source><translation>{run_id} ist inzwischen zu Ende.</translation></message>
<message><source>{run_id} with what you edit now</source><translation>{run_id} mit dem, was Sie jetzt bearbeiten</translation></message>
<message><source>{run_words} at</source><translation>{run_words} bei</translation></message>
<message><source>{run} did not come to it</source><translation>{run} kam nicht bis zu ihm</translation></message>
<message><source>{run} is paused and waits for an answer</source><translation>{run} ist pausiert und wartet auf eine Antwort</translation></message>
<message><source>{run} is whole</source><translation>{run} ist heil</translation></message>
<message><source>{run} is whole again</source><translation>{run} ist wieder heil</translation></message>
<message><source>{run} waits for an answer</source><translation>{run} wartet auf eine Antwort</translation></message>
<message><source>{run} was interrupted</source><translation>{run} wurde unterbrochen</translation></message>
<message><source>{run}: Enter shows it</source><translation>{run}: Eingabetaste zeigt ihn</translation></message>
<message><source>{since} · {where}{what} · event {count:,} of {n:,}</source><translation>{since} · {where}{what} · Ereignis {count:,} von {n:,}</translation></message>
<message><source>{title}  ·  differs</source><translation>{title}  ·  unterschiedlich</translation></message>
<message><source>{title} added to {owner}</source><translation>{title} zu {owner} hinzugefügt</translation></message>
<message><source>{title} is restored. Undo takes it back.</source><translation>{title} ist zurückgeholt. Rückgängig nimmt es zurück.</translation></message>
<message><source>{title} is what you edit already.</source><translation>{title} ist schon das, was Sie bearbeiten.</translation></message>
<message><source>{title}: name</source><translation>{title}: Name</translation></message>
<message><source>{title}: not possible</source><translation>{title}: nicht möglich</translation></message>
<message><source>{title}: nothing would change</source><translation>{title}: nichts würde sich ändern</translation></message>
<message><source>{title}: value</source><translation>{title}: Wert</translation></message>
<message><source>{title}: write JSON</source><translation>{title}: JSON schreiben</translation></message>
<message><source>{title}: write an expression</source><translation>{title}: Ausdruck schreiben</translation></message>
<message><source>{took}, paused {rested}</source><translation>{took}, {rested} pausiert</translation></message>
<message><source>{total:,} nodes</source><translation>{total:,} Knoten</translation></message>
<message><source>{triggers!r} is a trigger, which a called workflow does not wait for: leave it out.</source><translation>{triggers!r} ist ein Auslöser, auf den ein aufgerufener Workflow nicht wartet: Lassen Sie ihn weg.</translation></message>
<message><source>{type}, declared</source><translation>{type}, deklariert</translation></message>
<message><source>{use} (not installed)</source><translation>{use} (nicht installiert)</translation></message>
<message><source>{value:,} more: type on to narrow the search</source><translation>{value:,} weitere: Tippen Sie weiter, um die Suche einzugrenzen</translation></message>
<message><source>{value:.0f} ms</source><translation>{value:.0f} ms</translation></message>
<message><source>{value}
… {value2:,} more characters</source><translation>{value}
… {value2:,} weitere Zeichen</translation></message>
<message><source>{value} of {whole}</source><translation>{value} von {whole}</translation></message>
<message><source>{value}: stands in a file beside this one, and can be used once this one is trusted.</source><translation>{value}: steht in einer Datei neben dieser und ist nutzbar, sobald dieser vertraut wird.</translation></message>
<message><source>{why}
They are kept in {store}</source><translation>{why}
Sie werden in {store} aufgehoben</translation></message>
<message><source>{why} The canvas is painted as before.</source><translation>{why} Die Zeichenfläche wird wie bisher gemalt.</translation></message>
<message><source>{words} · it runs alike</source><translation>{words} · er läuft gleich</translation></message>
<message><source>{word} is not JSON</source><translation>{word} ist kein JSON</translation></message>
<message><source>{word} is too large</source><translation>{word} ist zu groß</translation></message>
<message><source>{word}, {left} left</source><translation>{word}, noch {left}</translation></message>
<message><source>{{ inputs.quantity }} pieces are heavier than {{ inputs.heaviest }} kg.</source><translation>{{ inputs.quantity }} Stück sind schwerer als {{ inputs.heaviest }} kg.</translation></message>
<message><source>{{ inputs.what }} costs {{ inputs.amount }}, above {{ inputs.limit }}. Approve?</source><translation>{{ inputs.what }} kostet {{ inputs.amount }}, mehr als {{ inputs.limit }}. Genehmigen?</translation></message>
<message><source>{{ nodes.add.output[0].lines }} lines in {{ inputs.packages | length }} packages</source><translation>{{ nodes.add.output[0].lines }} Zeilen in {{ inputs.packages | length }} Paketen</translation></message>
<message><source>{{ nodes.after.output.rows[0].n }} members after the migration instead of {{ inputs.expected }}.</source><translation>{{ nodes.after.output.rows[0].n }} Mitglieder nach der Umstellung statt {{ inputs.expected }}.</translation></message>
<message><source>{{ nodes.after.output.rows[0].n }} members migrated</source><translation>{{ nodes.after.output.rows[0].n }} Mitglieder umgestellt</translation></message>
<message><source>{{ nodes.before.output.rows[0].odd }} names cannot be split.</source><translation>{{ nodes.before.output.rows[0].odd }} Namen lassen sich nicht teilen.</translation></message>
<message><source>{{ nodes.calls.output | length }} calls, none of which stopped the run</source><translation>{{ nodes.calls.output | length }} Aufrufe, von denen keiner den Lauf beendet hat</translation></message>
<message><source>{{ nodes.rows.output.ok | length }} {{ 'file' if nodes.rows.output.ok | length == 1 else 'files' }} audited, {{ nodes.waste.output.bytes | filesizeformat }} wasted. Report: {{ nodes.write.output.path }}</source><translation>{{ nodes.rows.output.ok | length }} {{ 'Datei' if nodes.rows.output.ok | length == 1 else 'Dateien' }} geprüft, {{ nodes.waste.output.bytes | filesizeformat }} verschwendet. Bericht: {{ nodes.write.output.path }}</translation></message>
<message><source>{{ nodes.waste.output.groups | length }} {{ 'group of identical files wastes' if nodes.waste.output.groups | length == 1 else 'groups of identical files waste' }} {{ nodes.waste.output.bytes | filesizeformat }} in {{ nodes.locate.output.folder }}. Write the report?</source><translation>{{ nodes.waste.output.groups | length }} {{ 'Gruppe gleicher Dateien verschwendet' if nodes.waste.output.groups | length == 1 else 'Gruppen gleicher Dateien verschwenden' }} {{ nodes.waste.output.bytes | filesizeformat }} in {{ nodes.locate.output.folder }}. Den Bericht schreiben?</translation></message>
<message><source>“{key}” is no key that Qt knows. Write it as Ctrl+Shift+K or F7.</source><translation>„{key}“ ist keine Taste, die Qt kennt. Schreiben Sie sie wie Ctrl+Shift+K oder F7.</translation></message>
<message><source>“{label}”</source><translation>„{label}“</translation></message>
<message><source>“{name}”</source><translation>„{name}“</translation></message>
<message><source>“{name}” cannot be the name of a parameter set.</source><translation>„{name}“ kann nicht der Name eines Parametersatzes sein.</translation></message>
<message><source>“{name}” waits for an answer.</source><translation>„{name}“ wartet auf eine Antwort.</translation></message>
<message><source>“{name}”, which you edit, is unchanged.</source><translation>„{name}“, das Sie bearbeiten, ist unverändert.</translation></message>
<message><source>“{text}” holds a statement, which cannot be read in an expression.</source><translation>„{text}“ enthält eine Anweisung, die sich in einem Ausdruck nicht lesen lässt.</translation></message>
<message><source>“{text}” is not a number.</source><translation>„{text}“ ist keine Zahl.</translation></message>
<message><source>“{title}” (item {item})</source><translation>„{title}“ (Element {item})</translation></message>
<message><source>“{title}” ({n} items: {items})</source><translation>„{title}“ ({n} Elemente: {items})</translation></message>
<message><source>“{title}” gave nothing in this run, so that there is nothing to pin.</source><translation>„{title}“ gab in diesem Lauf nichts aus; es gibt nichts anzuheften.</translation></message>
<message><source>“{title}” has no output to pin: run it once, or open a run of it.</source><translation>„{title}“ hat keine Ausgabe zum Anheften: Führen Sie es einmal aus, oder öffnen Sie einen Lauf davon.</translation></message>
<message><source>“{title}” is inside a container and gave an output for each item: pin the container.</source><translation>„{title}“ ist in einem Behälter und gab für jedes Element etwas aus: Heften Sie den Behälter an.</translation></message>
<message><source>“{title}” waits for your answer</source><translation>„{title}“ wartet auf Ihre Antwort</translation></message>
<message><source>“{title}” waits for your answer for item {item}</source><translation>„{title}“ wartet auf Ihre Antwort zu Element {item}</translation></message>
<message><source>“{title}” waits for your answer for item {item}, then {left} more</source><translation>„{title}“ wartet auf Ihre Antwort zu Element {item}, danach noch {left}</translation></message>
<message><source>“{trigger}” fired; the run goes on by itself.</source><translation>„{trigger}“ hat ausgelöst; der Lauf geht von selbst weiter.</translation></message>
<message><source>… and {n:,} more</source><translation>… und {n:,} weitere</translation></message>
<message><source>… and {value:,} more</source><translation>… und {value:,} weitere</translation></message>
<message><source>… and {value} more in the problems panel</source><translation>… und {value} weitere im Bereich „Probleme“</translation></message>
</context>
</TS>

# Was die Gruppe selbst sagt, auf Deutsch. Ein Test vergleicht die Schlüssel mit denen auf Englisch.

# ---- der Rahmen jeder Seite
skip = Zum Inhalt springen
bar-group = Gruppe
home = Start
apps = Apps
my-copy = Meine Kopie
care = Pflege
sign-in = Anmelden
join = Mitmachen
done = Erledigt:
problem = Problem:
safe-mode = Die Apps sind gerade ausgeschaltet, weil jemand nach dem Rechten sieht. Deine Daten sind sicher.
footer = Deine Daten bleiben bei { $group }. Jede App zeigt ihren Quelltext, und deine kannst du als eine Datei mitnehmen.
reading = Wie Seiten für dich aussehen

# ---- die Leiste einer App
bar-about-app = Über diese App
bar-app = Diese App
app-by = von @{ $owner }
app-release = Ausgabe { $number }
app-draft = Entwurf
tab-open = Öffnen
tab-source = So geht das
tab-fork = Abzweigen
tab-edit = Ändern
tab-settings = Einstellungen
tab-grants = Erlaubnisse
tab-receipts = Belege
tab-log = Protokoll

# ---- die erste Seite
welcome = Willkommen
group-sentence = Kleine Apps, die wir uns selber machen.
use-look-change = Benutzen. Hineinschauen. Ändern.
counts = { $people ->
    [one] Eine Person
   *[other] { $people } Leute
}, { $apps ->
    [one] eine App.
   *[other] { $apps } Apps.
}
try-one = Gleich eine ausprobieren
all-of-it = Das ist alles
how-it-works = So geht das
more-lines = { $count ->
    [one] … noch eine Zeile
   *[other] … noch { $count } Zeilen
}
make-copy = Meine eigene Kopie machen
read-rest = Den Rest lesen
more-apps = Noch mehr von hier
all-apps = Alle Apps
how = Wie es geht
how-use = Benutzen.
how-use-more = Was alle benutzen dürfen, braucht kein Konto.
how-change = Ändern.
how-change-more = Mach deine eigene Kopie und ändere ein Wort oder eine Zahl. Das Original bleibt, wie es ist.
how-keep = Behalten.
how-keep-more = Mach mit, wenn andere deine benutzen sollen.
join-group = Bei { $group } mitmachen
no-apps = Hier gibt es noch keine öffentlichen Apps.
no-apps-more = Melde dich an, um zu sehen, was die Leute dieser Gruppe gemacht haben, oder mach die erste.

# ---- anmelden und mitmachen
handle = Dein Name hier
handle-hint = Wie ana, ohne das @.
handle-new-hint = Kleine Buchstaben, Ziffern und Bindestriche, wie ana. Er wird Teil der Adresse deiner Apps.
called = Wie man dich nennt
password = Passwort
password-hint = Mindestens 8 Zeichen. Drei Wörter, die nicht zusammengehören, sind gut.
new-here = Neu hier?
forgot = Passwort vergessen? Frag jemanden, der die Gruppe pflegt: du bekommst ein neues.
closed = { $group } nimmt im Moment niemanden auf.
by-invitation = Bei { $group } macht man auf Einladung mit. Wenn du einen Link bekommen hast, öffne ihn noch einmal; jeder geht einmal und 14 Tage lang.
has-account = Du hast schon ein Konto?
invited-admin = Mit diesem Link pflegst du die Gruppe. Er geht einmal.
invited = Du bist eingeladen. Wähle einen Namen und ein Passwort, und du bist dabei.
choose = Wähle einen Namen und ein Passwort, und du bist dabei.
begin-small = Neue Konten fangen klein an: 5 Apps, 20 MiB, und Lesen von Adressen, die du eintippst. Wer die Gruppe pflegt, kann dich zum Mitglied machen.
look-at-apps = Die Apps ansehen

# ---- Start
hello = Hallo
hello-name = Hallo,
new-app = Neue App
needs-you = Braucht dich
share-used = { $percent } % deines Anteils sind verbraucht. Bei 100 % ruht, was ihn braucht.
see-what-uses = Nachsehen, was ihn braucht
today = Heute
my-apps = Meine Apps
my-share = Mein Anteil
begin-anew = Tägliche Anteile beginnen neu:
details = Genauer
nothing-yet = Du hast noch keine Apps.
nothing-yet-more = Eine App beginnt als Kopie: nimm eine, die läuft, ändere ein Wort, und sie ist deine. Das dauert eine Minute.
fork-this = { $app } abzweigen
choose-other = Oder mit einer anderen anfangen
make-blank = Eine leere App machen
ran = lief
edit = Ändern
settings = Einstellungen

# ---- was schiefging
back-to-page = Zurück zur Seite
see-what-is-used = Nachsehen, was verbraucht ist
answer-number = Antwort { $status }.
e400 = Damit war nichts anzufangen
e400-more = Geh zurück, sieh dir an, was du geschickt hast, und versuch es noch einmal.
e401 = Bitte melde dich an
e401-more = Diese Seite ist für Leute, die angemeldet sind.
e403 = Das darfst du hier nicht
e403-more = Ansehen ja, aber es gehört jemand anderem. Du kannst eine App abzweigen und deine Kopie ändern.
e404 = Hier ist nichts
e404-more = Die Adresse ist vielleicht alt oder vertippt, oder die Seite ist nicht für dich. Ist es eine private App, dann melde dich erst an.
e405 = Das geht hier nicht
e405-more = Geh zurück und benutze die Knöpfe der Seite.
e409 = Jemand war schneller
e409-more = Es hat sich geändert, während du hingesehen hast. Öffne die Seite noch einmal; was du getippt hast, ist noch im Browser, wenn du zurückgehst.
e413 = Das ist zu groß
e413-more = Schick weniger auf einmal: eine Anfrage darf 5 MiB haben.
e422 = Da ist noch etwas zu ändern
e422-more = Geh zurück und sieh dir die Felder noch einmal an. Was du getippt hast, ist noch da.
e429 = Das war viel
e429-more = Ein Anteil ist für jetzt verbraucht. Warte ein wenig und versuch es noch einmal.
e502 = Etwas draußen hat nicht geantwortet
e502-more = Nichts ging verloren. Versuch es in einer Minute noch einmal.
e500 = Hier ist etwas schiefgegangen
e500-more = Es liegt an uns, nicht an dir. Nichts ging verloren; versuch es noch einmal, und sag es weiter, wenn es bleibt.

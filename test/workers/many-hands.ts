/** Names that send a font down different ways: composed letters, marks, ligatures, conjuncts, scripts it lacks. */
export const MANY_HANDS: readonly string[] = [
  "Rahima Khatun Chowdhury",
  "Zoë Łukasiewicz-Ñandú",
  "i\u0307i\u0323\u0307 J\u0301j\u0301 ı İ",
  "fi ffi fl office",
  "Ελένη Παπαδοπούλου",
  "Дмитрий Ёлкин",
  "क्षत्रिय श्रीमती कृष्णा",
  "किरण शर्मा",
  "রহিমা খাতুন",
  "محمد بن سلمان",
  "王小明",
  "👩‍👩‍👧‍👦 Ann",
  "Nguyễn Thị Ánh",
];

#include "postgres.h"
#include "sg_canon.h"
char *sg_canon_text(const char *d) { return pstrdup(d); }

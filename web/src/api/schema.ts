/* Written by `make bless` from the API's own description: do not edit. */
export interface paths {
    "/api/v1/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The zone of every home of a list and, with a programme, whether its people are eligible. Every row comes back once, in
         *     order, with its columns; a row that cannot be answered says why.
         */
        post: operations["post_batch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batch/progress/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a list is that is being received or answered. */
        get: operations["get_progress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * In which zone an address, a position or a building lies: `undetermined`, with the candidates, whenever something speaks
         *     against a flat answer. With a programme, whether it takes the person, with every condition and what was found.
         */
        post: operations["post_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/communes/{insee}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The neighbourhoods of a commune. One with none, or unknown but well formed, gets empty lists. */
        get: operations["get_commune"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of the perimeters of an area: matched by the ground they share, with areas in the legal projection. A change is
         *     listed with all its perimeters when one of them lies in the area.
         */
        get: operations["get_comparison"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/perimeters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The perimeters that pass every filter given. */
        get: operations["list_perimeters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/perimeters/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One perimeter, of either vintage, with those of the other vintage that really overlap it. */
        get: operations["get_perimeter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/programmes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The programmes that can be asked, with what they need and the texts they come from. */
        get: operations["list_programmes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The signed one-page report on where an address or a point stands. Nothing of it is kept. */
        post: operations["post_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public key that reports of this service are signed with. */
        get: operations["get_key"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Whether a report is genuine: its file (`application/pdf`), or the text of its QR code. Nothing of it is kept. */
        post: operations["post_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reverse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Addresses nearest to a position, the position in the body. */
        post: operations["post_reverse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Addresses a question may mean, the question in the body. */
        post: operations["post_search"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/streets/{id}/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which numbers of a street are inside, in the band, outside, by side; and where it follows a line. The identifier is that
         *     of `properties.id` in answers to `/search`: of the street, or of one of its numbers.
         */
        get: operations["get_profile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/zones": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where a point stands. */
        get: operations["get_zone"];
        put?: never;
        /**
         * Where a list of points stands, or a GeoJSON polygon (`Polygon`, `MultiPolygon` or a `Feature` of one; members
         *     `vintage` or `on` beside its `type`).
         */
        post: operations["post_zones"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process is alive. */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ogc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The landing page: where everything else is. */
        get: operations["get_landing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ogc/collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The collections: perimeters, bands, ground gained and lost, outlines, the town's own layers and places. */
        get: operations["list_collections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ogc/collections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One collection. */
        get: operations["get_collection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ogc/collections/{id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Features of a collection, page by page. */
        get: operations["list_items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ogc/collections/{id}/items/{feature}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One feature. */
        get: operations["get_item"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ogc/conformance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The parts of the standard that are kept. */
        get: operations["get_conformance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The service answers, and from which dataset. */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reverse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Addresses nearest to a position. */
        get: operations["reverse"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reverse/csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The address nearest to every row's position. The table comes back as from `/search/csv`. */
        post: operations["reverse_csv"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Addresses a question may mean, likeliest first. */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search/csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The address that every row of a table names. Rows, columns, delimiter, quotes, encoding and line ends stay; the
         *     columns of results come behind, or in the places of columns of their names. `result_status` is `ok`, `not-found`,
         *     `skipped` (nothing in the columns of the address) or `error: …`.
         */
        post: operations["search_csv"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The layers that tiles are cut of. */
        get: operations["list_layers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tiles/{layers}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The TileJSON of a layer, or of several with a comma between them, whose tiles then hold them all. */
        get: operations["get_tilejson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tiles/{layers}/{z}/{x}/{y}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tile of a layer, or of several with a comma between them. The row may end with `.mvt` or `.pbf`. */
        get: operations["get_tile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Addresses found, as `GeoCodeJSON`. */
        AddressCollection: {
            /** @description The files the addresses come from. */
            attribution: string;
            /** @description The addresses, best first. */
            features: components["schemas"]["AddressFeature"][];
            /** @description How many were asked for. */
            limit: number;
            /** @description For end users, in French, when the addresses are fictional. */
            notice?: string | null;
            /** @description The question, as asked. */
            query?: string | null;
            /** @description `FeatureCollection`. */
            type: string;
            /** @description Version of `GeoCodeJSON` that the national address API names. */
            version: string;
        };
        /** @description An address as a `GeoJSON` feature. */
        AddressFeature: {
            /** @description Where it is. */
            geometry: components["schemas"]["AddressPoint"];
            /** @description What it is. */
            properties: components["schemas"]["AddressProperties"];
            /** @description `Feature`. */
            type: string;
        };
        /** @description A `GeoJSON` point. */
        AddressPoint: {
            /** @description Longitude, latitude, WGS 84. */
            coordinates: number[];
            /** @description `Point`. */
            type: string;
        };
        /** @description An address. */
        AddressProperties: {
            /** @description Commune. */
            city: string;
            /**
             * @description INSEE code of the commune, of the arrondissement in Paris, Lyon and Marseille.
             * @example 61169
             */
            citycode: string;
            /** @description Department and region. */
            context: string;
            /**
             * Format: double
             * @description Metres from the position asked.
             */
            distance?: number | null;
            /** @description The number, with `bis` and the like. */
            housenumber?: string | null;
            /** @description Identifier as published; may be empty. */
            id: string;
            /**
             * Format: double
             * @description Between 0 and 1: more for larger communes.
             */
            importance: number;
            /** @description The whole address on one line. */
            label: string;
            /** @description The place it lies in. */
            locality?: string;
            missing_housenumber?: components["schemas"]["MissingNumber"] | null;
            /** @description Number and street, place, or commune. */
            name: string;
            /** @description The commune it was before a merger. */
            oldcity?: string;
            /**
             * @description What the position marks.
             * @example entrance
             */
            position: string;
            /**
             * Format: double
             * @description How far the address may lie from the position, metres.
             */
            position_uncertainty_m: number;
            /** @description Postcode; may be empty. */
            postcode: string;
            qpv?: components["schemas"]["AddressZone"] | null;
            /**
             * Format: double
             * @description From 0 to 1; the documentation of addresses says what share of the answers above a score is right.
             */
            score: number;
            /** @description The street, of a number. */
            street?: string | null;
            /** @description What it is. */
            type: components["schemas"]["KindName"];
            /**
             * Format: double
             * @description Easting in the legal projection of the territory, metres.
             */
            x?: number | null;
            /**
             * Format: double
             * @description Northing.
             */
            y?: number | null;
        };
        /** @description The zone of an address, or why there is none. */
        AddressZone: components["schemas"]["ZoneAnswer"] | {
            /** @description The problem. */
            error: components["schemas"]["Problem"];
        };
        /** @description Addresses by where they lie. One is a number of a street, or a named place without numbers. */
        AddressesMoved: {
            /**
             * Format: int64
             * @description In `from`: kept, lost and `to_other`.
             */
            from: number;
            /**
             * Format: int64
             * @description In `to`, and in `from` in a perimeter of another change: neither gained nor lost.
             */
            from_other: number;
            /**
             * Format: int64
             * @description Only in `to`.
             */
            gained: number;
            /**
             * Format: int64
             * @description Those of the gained that are nearer to a line than they are exact.
             */
            gained_unsure: number;
            /**
             * Format: int64
             * @description In both.
             */
            kept: number;
            /**
             * Format: int64
             * @description Only in `from`.
             */
            lost: number;
            /**
             * Format: int64
             * @description Those of the lost.
             */
            lost_unsure: number;
            /**
             * Format: int64
             * @description In `to`: kept, gained and `from_other`.
             */
            to: number;
            /**
             * Format: int64
             * @description In `from`, and in `to` in a perimeter of another change.
             */
            to_other: number;
        };
        /** @description A perimeter whose line a street follows. */
        AlongAnswer: components["schemas"]["QpvRef"] & {
            /** @description Whether the street has numbers on either side of the line there. If not, the line may run behind the houses. */
            astride: boolean;
            /** @description The even ones. */
            even: components["schemas"]["SpanAnswer"][];
            /**
             * Format: double
             * @description Metres of its line that the street follows.
             */
            length_m: number;
            /** @description For end users, in French. */
            message: string;
            /** @description The odd numbers that stand there. */
            odd: components["schemas"]["SpanAnswer"][];
        };
        /** @description A distant service that was asked. */
        AskedElsewhere: {
            /** @description Why it gave no answer, if it did not. */
            fault?: string | null;
            /** @description For end users, in French. */
            message: string;
            /** @description Where the address was sent. */
            url: string;
        };
        /** @description How sure a zone is. */
        Certainty: {
            /** @description For end users, in French. */
            explanation: string;
            /**
             * @description `near_boundary` when a deciding line is closer than the doubt, `imprecise_position` when that is because the
             *     position itself is rough.
             */
            level: components["schemas"]["LevelName"];
            /**
             * Format: double
             * @description The doubt on the position that was counted, metres.
             */
            position_uncertainty_m: number;
        };
        /** @description One change. Areas are planar in the legal projection of the territory. */
        ChangeAnswer: {
            /** @description The addresses gained and lost, when asked for; null where `moved.addresses` is. */
            addresses?: components["schemas"]["MovedAddressAnswer"][] | null;
            /** @description Whether every letter fits the class; null when there is none. */
            agrees_with_letter?: boolean | null;
            /** @description What kind of change. */
            class: components["schemas"]["ClassName"];
            /** @description The perimeters compared from, in code order; none for a new one. */
            from: components["schemas"]["ComparedQpv"][];
            /**
             * Format: double
             * @description Only in `to`, hectares.
             */
            gained_ha: number;
            /**
             * Format: double
             * @description Only in `from`, hectares.
             */
            lost_ha: number;
            moved?: components["schemas"]["MovedAnswer"] | null;
            /**
             * Format: double
             * @description Metres between the centroids of the two perimeters; null unless it is one to one.
             */
            moved_m?: number | null;
            /**
             * @description The last letter of the codes of 2024: `N`, `M` or `I`; null when there is none, or several.
             * @example M
             */
            official_letter?: string | null;
            outlines?: components["schemas"]["ChangeOutlinesAnswer"] | null;
            /**
             * Format: double
             * @description Area in both as a share of the area in either, from 0 to 1.
             */
            overlap: number;
            /**
             * Format: double
             * @description In both, hectares.
             */
            shared_ha: number;
            /** @description The perimeters compared to, in code order; none for one that is gone. */
            to: components["schemas"]["ComparedQpv"][];
        };
        /** @description The areas of a change: GeoJSON `MultiPolygon`s on WGS 84, possibly empty. */
        ChangeOutlinesAnswer: {
            /** @description Only in `to`. */
            gained: Record<string, unknown>;
            /** @description Only in `from`. */
            lost: Record<string, unknown>;
            /** @description In both. */
            shared: Record<string, unknown>;
        };
        /** @description In which zone an address lies. */
        CheckAnswer: {
            address_service?: components["schemas"]["AskedElsewhere"] | null;
            /** @description What the question may mean, likeliest first, each with its own zone; empty when nothing was found. */
            candidates: components["schemas"]["AddressFeature"][];
            /** @description The dataset it comes from. */
            dataset: components["schemas"]["DatasetRef"];
            doubt?: components["schemas"]["DoubtAnswer"] | null;
            eligibility?: components["schemas"]["EligibilityAnswer"] | null;
            footprint?: components["schemas"]["FootprintAnswer"] | null;
            position?: components["schemas"]["PositionAnswer"] | null;
            profile?: components["schemas"]["StreetAnswer"] | null;
            /** @description `undetermined` whenever something speaks against a flat answer. */
            zone: components["schemas"]["ZoneName"];
        };
        /** @description An address, a position or a building whose zone is asked, and what a programme asks besides. */
        CheckBody: {
            /** @description The person's birth date (`YYYY-MM-DD`). */
            birth_date?: string | null;
            /** @description Only in this commune, by INSEE code. */
            citycode?: string | null;
            /** @description What is declared, by the names that the programme gives. */
            declared?: {
                [key: string]: boolean;
            };
            /** @description Instead of both: the outline of a building, a GeoJSON `Polygon` or `MultiPolygon`, alone or in a `Feature`. */
            footprint?: Record<string, unknown> | null;
            /**
             * Format: double
             * @description Its latitude.
             */
            lat?: number | null;
            /**
             * Format: double
             * @description Instead of an address: the longitude of a position, WGS 84 degrees.
             */
            lon?: number | null;
            /** @description A day (`YYYY-MM-DD`). Default: today. */
            on?: string | null;
            placed?: components["schemas"]["PlacedBody"] | null;
            /** @description Only in this postcode. */
            postcode?: string | null;
            /** @description A programme of `/api/v1/programmes`, for its eligibility. */
            programme?: string | null;
            /** @description The address, 200 characters at most. */
            q?: string | null;
            /** @description The same, by its name; `aucune` for none. */
            school?: string | null;
            /** @description The person's school, by its identifier (UAI). */
            school_id?: string | null;
            /**
             * Format: double
             * @description The doubt on this position, metres. Default: 0; 5 for one that was placed.
             */
            uncertainty_m?: number | null;
            /** @description Vintage, `2015` or `2024`. Default: the one in force there on the day `on`. */
            vintage?: string | null;
        };
        /**
         * @description The class of a change.
         * @enum {string}
         */
        ClassName: "identical" | "adjusted" | "extended" | "reduced" | "shifted" | "merged" | "split" | "regrouped" | "new" | "gone";
        /** @description The sums of some changes. */
        ClassTotals: {
            /** @description How many changes. */
            changes: number;
            /** @description Changes that the letter of a code contradicts. */
            disagreements: number;
            /**
             * Format: double
             * @description Area gained, hectares.
             */
            gained_ha: number;
            /**
             * Format: double
             * @description Area lost, hectares.
             */
            lost_ha: number;
            /** @description Perimeters compared from. */
            perimeters_from: number;
            /** @description Perimeters compared to. */
            perimeters_to: number;
            /**
             * Format: double
             * @description Area kept, hectares.
             */
            shared_ha: number;
        };
        /** @description A collection. */
        CollectionAnswer: {
            /** @description The reference system: CRS 84. */
            crs: string[];
            /** @description For end users, in French, when there is something to know about the data. */
            description?: string | null;
            extent?: components["schemas"]["Extent"] | null;
            /**
             * @description Its name in addresses.
             * @example qpv-2024
             */
            id: string;
            /** @description `feature`. */
            itemType: string;
            /** @description Links to itself and to its features. */
            links: components["schemas"]["Link"][];
            /** @description Its title, in French. */
            title: string;
        };
        /** @description The collections. */
        CollectionList: {
            /** @description The collections. */
            collections: components["schemas"]["CollectionAnswer"][];
            /** @description The dataset they are of. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description Links of the list. */
            links: components["schemas"]["Link"][];
        };
        /** @description The neighbourhoods of a commune. */
        CommuneAnswer: {
            /** @description The dataset the answer comes from. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description INSEE code asked. */
            insee_com: string;
            /** @description Whether the data names the commune. */
            known: boolean;
            /** @description Name, when the data names the commune. */
            lib_com?: string | null;
            /** @description In both vintages: its perimeters, or an empty list. */
            qpv: components["schemas"]["CommuneVintage"][];
            /**
             * @description Perimeters of the department whose commune is matched to no code: an empty list above is certain only when this
             *     one is empty.
             */
            unmatched: components["schemas"]["QpvRef"][];
        };
        /** @description The neighbourhoods of a commune in one vintage. */
        CommuneVintage: {
            /** @description Whether every perimeter of its territory is loaded in this vintage: only then does an empty list say "none". */
            complete: boolean;
            /** @description Its perimeters, in code order. */
            perimeters: components["schemas"]["PerimeterProperties"][];
            /**
             * @description The vintage.
             * @example 2024
             */
            vintage: string;
        };
        /** @description What became of the perimeters of an area. */
        CompareAnswer: {
            /** @description By department, then by the number in the code. */
            changes: components["schemas"]["ChangeAnswer"][];
            /**
             * @description Whether both vintages are loaded for the whole of the area's territories; otherwise changes may lack perimeters. False,
             *     too, for a department that does not exist or that the perimeters do not cover.
             */
            complete: boolean;
            /** @description The dataset the answer comes from. */
            dataset: components["schemas"]["DatasetRef"];
            /**
             * @description The vintage compared from.
             * @example 2015
             */
            from: string;
            /** @description Whether a perimeter of either vintage lies in the area; an area that is not known has no neighbourhood in the data. */
            known: boolean;
            moved?: components["schemas"]["MovedTotalsAnswer"] | null;
            /** @description The kinds of places that lists are loaded of, when what moved is asked for; without any, `places` tells nothing. */
            place_kinds?: string[] | null;
            /** @description Places in a perimeter listed, or within 300 m of one that is the nearest to them, or that may be; when asked for. */
            places?: components["schemas"]["MovedPlaceAnswer"][] | null;
            /**
             * @description The vintage compared to.
             * @example 2024
             */
            to: string;
            /** @description What the changes add up to: whole groups, also where they reach beyond the area. */
            totals: components["schemas"]["CompareTotals"];
            /** @description Perimeters of which it cannot be told what became; they are in no total. */
            undetermined: components["schemas"]["UndeterminedAnswer"][];
            /**
             * @description Perimeters, listed nowhere above, that may be of the area: of communes asked for, those of their departments whose
             *     commune is matched to no code; of an intercommunality, those of which no perimeter tells the intercommunality.
             */
            unmatched: components["schemas"]["QpvRef"][];
            /** @description Places of these communes, or of a commune that is not known, whose position is not known either. */
            unplaced?: components["schemas"]["UnplacedPlaceAnswer"][] | null;
        };
        /** @description The perimeters of one vintage. */
        CompareSide: {
            /**
             * Format: double
             * @description Their area, hectares.
             */
            area_ha: number;
            /** @description How many communes they name by code. */
            communes: number;
            /** @description How many. */
            perimeters: number;
        };
        /** @description What changes add up to. */
        CompareTotals: components["schemas"]["ClassTotals"] & {
            /** @description By class, those that do not occur too. */
            by_class: {
                [key: string]: components["schemas"]["ClassTotals"];
            };
            /** @description What was. */
            from: components["schemas"]["CompareSide"];
            /** @description What is. */
            to: components["schemas"]["CompareSide"];
        };
        /** @description A perimeter compared. */
        ComparedQpv: components["schemas"]["QpvRef"] & {
            /**
             * Format: double
             * @description Its whole area, hectares; null when its outline is published as a point or a line.
             */
            area_ha?: number | null;
            /**
             * @description Its letter; absent in 2015.
             * @example M
             */
            official_letter?: string | null;
        };
        /** @description A condition with what was found. */
        ConditionAnswer: {
            /** @description The layer, the list or the declaration it is about. */
            about?: string | null;
            /**
             * @description Its kind.
             * @example age
             */
            condition: string;
            /** @description Whether the result rests on it. */
            decisive: boolean;
            /**
             * @description The stable name of what was found.
             * @example birth_date_missing
             */
            finding: string;
            /** @description For end users, in French. */
            message: string;
            /** @description Which rule it is of, from 0. */
            rule: number;
            /** @description `met`, `not_met` or `unknown`. */
            truth: string;
        };
        /** @description The classes of conformance. */
        Conformance: {
            /** @description Their addresses. */
            conformsTo: string[];
        };
        /** @description The dataset an answer comes from. */
        DatasetRef: {
            /** @description SHA-256 of its content; the same files give the same digest. */
            digest: string;
            /** @description Whether it is the fictional sample. */
            fictional: boolean;
            /** @description For end users, in French, when there is something to know about the data. */
            notice?: string | null;
            /** @description The files it was made from. */
            sources: string[];
        };
        /** @description Something to declare. */
        DeclarationAnswer: {
            /** @description What it means, in French. */
            label: string;
            /** @description Its name in `declared`. */
            name: string;
        };
        /** @description What speaks against a flat answer. */
        DoubtAnswer: {
            /**
             * @description `not_found`, `unlike`, `candidates`, `street`, `commune`, `position` or `coverage`.
             * @example candidates
             */
            code: string;
            /** @description For end users, in French. */
            message: string;
        };
        /** @description Whether somebody is eligible to a programme. */
        EligibilityAnswer: {
            /** @description Every condition of every rule, in order; empty when the programme is not in force on that day. */
            conditions: components["schemas"]["ConditionAnswer"][];
            /** @description For end users, in French. */
            message: string;
            /** @description What is missing for a result, for end users, in French, each once. */
            missing: string[];
            /** @description Its name, in French. */
            name: string;
            /**
             * Format: date
             * @description The day of the check.
             */
            on: string;
            /** @description The programme. */
            programme: string;
            /**
             * @description `eligible`, `outside_rule_possible`, `undetermined` or `not_eligible`.
             * @example eligible
             */
            result: string;
            rule?: components["schemas"]["RuleAnswer"] | null;
            /** @description What people must judge besides, in French. */
            to_assess: string[];
        };
        /** @description An estimate, and what the published figure was shared out over: `addresses` or `ground`. */
        EstimateAnswer: {
            /**
             * @description `addresses`, or `ground` (hectares) where addresses are not known or fewer than 20.
             * @example addresses
             */
            by: string;
            /**
             * Format: int64
             * @description How many.
             */
            estimate: number;
        };
        /** @description What a collection covers. */
        Extent: {
            /** @description In space. */
            spatial: components["schemas"]["SpatialExtent"];
            temporal?: components["schemas"]["TemporalExtent"] | null;
        };
        /** @description A feature. */
        FeatureAnswer: {
            /** @description `MultiPolygon` or `Point`; null for a place whose position is not published. */
            geometry?: Record<string, unknown> | null;
            /** @description Its name in the collection. */
            id: string;
            /** @description Its attributes. */
            properties: Record<string, unknown>;
            /** @description `Feature`. */
            type: string;
        };
        /** @description A page of features. */
        FeaturePage: {
            /** @description The dataset they are of. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description The features. */
            features: components["schemas"]["FeatureAnswer"][];
            /** @description This page, the next and the one before. */
            links: components["schemas"]["Link"][];
            /** @description How many features answer the question in all. */
            numberMatched: number;
            /** @description How many are on this page. */
            numberReturned: number;
            /** @description When this was answered. */
            timeStamp: string;
            /** @description `FeatureCollection`. */
            type: string;
        };
        /** @description Where a polygon stands. */
        FootprintAnswer: {
            /** @description The dataset the answer comes from. */
            dataset: components["schemas"]["DatasetRef"];
            /**
             * Format: double
             * @description Greatest distance in metres from a point of the polygon to its nearest perimeter; null beyond 5 km.
             */
            farthest_m?: number | null;
            /**
             * Format: double
             * @description Least distance in metres from the polygon to a perimeter; null beyond 5 km.
             */
            nearest_m?: number | null;
            /** @description The perimeters the polygon meets, in code order. */
            perimeters: components["schemas"]["QpvRef"][];
            /**
             * Format: double
             * @description How far the published lines may lie from the true ones, metres: what is counted in `near_boundary`.
             */
            precision_m: number;
            /** @description In a perimeter, or in several together. */
            qpv: components["schemas"]["PartsAnswer"];
            /**
             * @description The vintage that answered.
             * @example 2024
             */
            vintage: string;
            /** @description In a perimeter or at less than 300 m from one. */
            within_300m: components["schemas"]["PartsAnswer"];
            /** @description In a perimeter or at less than 500 m from one. */
            within_500m: components["schemas"]["PartsAnswer"];
        };
        /** @description The process answers. */
        Health: {
            /** @description `ok`. */
            status: string;
            /** @description The version of the program. */
            version: string;
        };
        /** @description One item of a list: an answer, or why there is none. An error fails nothing but its own item. */
        Item: components["schemas"]["ZoneAnswer"] | {
            /** @description The problem of this item. */
            error: components["schemas"]["Problem"];
        };
        /**
         * @description The perimeters of the other vintage that really overlap one, those that share most first. Null when the other vintage is
         *     not loaded for the whole territory: unknown is not "none". Left out are slivers: what is within the tolerance of
         *     either perimeter, the larger of 2 % of its area and 5 m along its line, at most half of it.
         */
        Kin: {
            /** @description Of a perimeter of 2024: those of 2015. */
            predecessors: components["schemas"]["Relative"][] | null;
        } | {
            /** @description Of a perimeter of 2015: those of 2024. */
            successors: components["schemas"]["Relative"][] | null;
        };
        /**
         * @description What an address is.
         * @enum {string}
         */
        KindName: "housenumber" | "street" | "locality" | "municipality";
        /** @description A sum, and how many changes are in it. */
        KnownSumAnswer: {
            /** @description For how many changes it is known. */
            changes: number;
            /**
             * Format: int64
             * @description The sum; null when it is known for no change.
             */
            inhabitants?: number | null;
            /** @description Of how many: those with a perimeter on that side. */
            of: number;
        };
        /** @description The landing page. */
        Landing: {
            /** @description The dataset in use. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description What is there, in French. */
            description: string;
            /** @description Where everything is. */
            links: components["schemas"]["Link"][];
            /** @description Its title, in French. */
            title: string;
        };
        /** @description A layer. */
        LayerAnswer: {
            /** @description West, south, east, north, WGS 84 degrees. */
            bounds: number[];
            /** @description How many features it is made of. */
            features: number;
            /**
             * @description Its name: in addresses, and of the layer in the tiles.
             * @example qpv-2024
             */
            id: string;
            /**
             * @description What it shows: `perimeters`, `band`, `official_band`, `clusters`, `departement_counts`, `region_counts`, `regions`,
             *     `departements`, `communes`, `streets`, `addresses` or `own`.
             * @example perimeters
             */
            kind: string;
            /**
             * Format: int32
             * @description The last zoom of tiles; maps enlarge them beyond.
             */
            maxzoom: number;
            /**
             * Format: int32
             * @description The first zoom that shows something.
             */
            minzoom: number;
            /** @description What the town calls it, for a layer of its own. */
            name?: string | null;
            /**
             * @description The vintage it shows, where it shows one.
             * @example 2024
             */
            vintage?: string | null;
        };
        /** @description The layers that tiles are cut of. */
        LayerList: {
            /** @description The dataset they are made of. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description All of them. */
            layers: components["schemas"]["LayerAnswer"][];
            /**
             * @description Changes with the dataset and the program: tiles asked for with `?v=` and this may be kept forever.
             * @example 2eeb0360f7f4a1b2-0.1.0
             */
            version: string;
        };
        /**
         * @description The level of a certainty.
         * @enum {string}
         */
        LevelName: "certain" | "near_boundary" | "imprecise_position";
        /** @description A link of an answer. */
        Link: {
            /** @description Where it leads. */
            href: string;
            /**
             * @description What it is to this answer.
             * @example items
             */
            rel: string;
            /** @description What a person reads. */
            title: string;
            /** @description Its media type. */
            type: string;
        };
        /** @description For the description only: what is answered as JSON. */
        ListJson: Record<string, unknown> | components["schemas"]["PreviewAnswer"];
        /** @description A loaded vintage. */
        LoadedVintage: {
            /** @description Perimeters by territory. */
            perimeters: {
                [key: string]: number;
            };
            /**
             * Format: double
             * @description How far a published line may lie from the true one, metres.
             */
            precision_m: number;
            /** @example 2024 */
            vintage: string;
        };
        /** @description One answer with its dataset. */
        Located: components["schemas"]["ZoneAnswer"] & {
            /** @description The dataset it comes from. */
            dataset: components["schemas"]["DatasetRef"];
        };
        /** @description Answers to a list of points. */
        LocatedList: {
            /** @description The dataset they come from. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description One per point, in order. */
            results: components["schemas"]["Item"][];
        };
        /** @description One collection with its dataset. */
        LoneCollection: components["schemas"]["CollectionAnswer"] & {
            /** @description The dataset it is of. */
            dataset: components["schemas"]["DatasetRef"];
        };
        /** @description One feature with its dataset. */
        LoneFeature: components["schemas"]["FeatureAnswer"] & {
            /** @description The dataset it is of. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description Links to itself and to its collection. */
            links: components["schemas"]["Link"][];
        };
        /** @description A number that a street does not have. */
        MissingNumber: {
            /** @description The least that exists above it. */
            above?: string | null;
            /** @description The number asked. */
            asked: string;
            /** @description The greatest that exists below it. */
            below?: string | null;
            /** @description For end users, in French. */
            message: string;
        };
        /** @description An address gained or lost. */
        MovedAddressAnswer: {
            /** @description INSEE code of its commune. */
            citycode: string;
            /** @description The first perimeter of the change that holds it. */
            code_qp: string;
            /** @description Identifier as published; may be empty. */
            id: string;
            /** @description Number, street, postcode and commune. */
            label: string;
            /**
             * Format: double
             * @description Latitude, WGS 84 degrees.
             */
            lat: number;
            /**
             * Format: double
             * @description Longitude, WGS 84 degrees.
             */
            lon: number;
            /**
             * @description `gained` or `lost`.
             * @example gained
             */
            side: string;
            /** @description Whether no line of either vintage is nearer to it than it is exact. */
            sure: boolean;
        };
        /** @description What moved with a change. */
        MovedAnswer: {
            addresses?: components["schemas"]["AddressesMoved"] | null;
            inhabitants_from?: components["schemas"]["PopulationAnswer"] | null;
            inhabitants_gained?: components["schemas"]["EstimateAnswer"] | null;
            inhabitants_lost?: components["schemas"]["EstimateAnswer"] | null;
            inhabitants_to?: components["schemas"]["PopulationAnswer"] | null;
        };
        /** @description A place, before and after. */
        MovedPlaceAnswer: {
            /** @description Whether its position is that of its address, for none was published. */
            by_address: boolean;
            /** @description Name of its commune, where published. */
            city?: string | null;
            /** @description INSEE code of its commune, where published. */
            citycode?: string | null;
            from?: components["schemas"]["PlaceStanding"] | null;
            /** @description Identifier, where published. */
            id?: string | null;
            /**
             * @description The kind it was imported as.
             * @example schools
             */
            kind: string;
            /**
             * Format: double
             * @description Latitude, WGS 84 degrees.
             */
            lat: number;
            /**
             * Format: double
             * @description Longitude, WGS 84 degrees.
             */
            lon: number;
            /**
             * @description `entered`, `left`, `stayed`, `band` (in no perimeter, in the band of at least one vintage) or `undetermined`.
             * @example entered
             */
            movement: string;
            /** @description Name. */
            name: string;
            /** @description Whether no line that decides is nearer than position and lines are exact. */
            sure: boolean;
            to?: components["schemas"]["PlaceStanding"] | null;
        };
        /** @description Sums over the changes for which a figure is known. */
        MovedTotalsAnswer: {
            addresses?: components["schemas"]["AddressesMoved"] | null;
            /** @description Of how many changes addresses are known. */
            changes_with_addresses: number;
            /** @description Inhabitants of `from`. */
            inhabitants_from: components["schemas"]["KnownSumAnswer"];
            /** @description Estimates of inhabitants on ground gained. */
            inhabitants_gained: components["schemas"]["KnownSumAnswer"];
            /** @description Estimates of inhabitants on ground lost. */
            inhabitants_lost: components["schemas"]["KnownSumAnswer"];
            /** @description Inhabitants of `to`. */
            inhabitants_to: components["schemas"]["KnownSumAnswer"];
        };
        /** @description The nearest perimeter. */
        NearestQpv: {
            /** @description Official code. */
            code_qp: string;
            /**
             * Format: double
             * @description Geodesic metres, 0 inside.
             */
            distance_m: number;
            /** @description Official name. */
            lib_qp: string;
        };
        /** @description Something a programme needs. */
        NeededAnswer: {
            /** @description Whether the dataset has it; without it, what depends on it is `undetermined`. */
            imported: boolean;
            /** @description Its name. */
            name: string;
        };
        /** @description Whether some part of a polygon, and every part of it, satisfies a condition. */
        PartsAnswer: {
            /** @description Some part does. */
            any_part: boolean;
            /** @description Every part does. */
            every_part: boolean;
            /** @description Whether a part or the whole is so close to the limit that the published lines cannot settle it. */
            near_boundary: boolean;
        };
        /** @description A list of people, or of homes. Fields not named here are left alone. */
        PeopleTable: {
            /**
             * @description The column of the birth date. Default: recognised (`date de naissance`…). Like the three after it, read for a
             *     programme only.
             */
            birth_date?: string | null;
            /** @description The column of the day of the check. Default: recognised (`date de la demande`…). */
            check_date?: string | null;
            /** @description The columns that make up the address, in order. Default: recognised (`adresse`, `code postal`, `commune`…). */
            columns?: string[] | null;
            /**
             * Format: binary
             * @description The list: CSV, XLSX or ODS; its columns are recognised by their French headers.
             */
            data: string;
            /** @description Of a CSV list: one character. Default: found in the first line. */
            delimiter?: string | null;
            /** @description Of a CSV list: `utf-8` or `windows-1252`. Default: found in the first lines. */
            encoding?: string | null;
            /** @description The day of the check of rows without one (`YYYY-MM-DD`). Default: today. */
            on?: string | null;
            /**
             * @description `table` (default): the list with its answers, a spreadsheet with the counts on a second sheet. `summary`: the counts
             *     alone, as JSON. `summary_csv`: the counts as the second sheet has them, as CSV. `bundle`: `multipart/form-data` with
             *     the parts `table`, `summary` (JSON) and `points` (GeoJSON). `preview`: nothing is answered, the start of the list is
             *     shown, with what each column is taken for.
             */
            output?: string | null;
            /**
             * @description A programme of `/api/v1/programmes`. Without one, only the zones of the homes are told.
             * @example pre-national
             */
            programme?: string | null;
            /**
             * @description A name for this run, made at random by the client (16 to 64 letters, digits and hyphens): `GET
             *     /api/v1/batch/progress/{id}` then tells how far it is. To be sent before `data`.
             */
            progress?: string | null;
            /** @description The column of the school, by name or identifier. Default: recognised (`école`…). */
            school?: string | null;
            /** @description The column of the sex, for the counts. Default: recognised (`sexe`). */
            sex?: string | null;
            /** @description The sheet of a spreadsheet. Default: the first. */
            sheet?: string | null;
            /**
             * Format: int64
             * @description For publication: hides counts under this in the second sheet and in `summary_csv`.
             */
            suppress_under?: number | null;
            /** @description Without a programme: the vintage that answers, `2015` or `2024`, instead of a day. */
            vintage?: string | null;
        };
        /** @description One perimeter with its dataset. */
        PerimeterAnswer: components["schemas"]["PerimeterFeature"] & components["schemas"]["Kin"] & {
            /** @description The dataset it comes from. */
            dataset: components["schemas"]["DatasetRef"];
        };
        /** @description Perimeters as a GeoJSON feature collection; complete, never cut. */
        PerimeterCollection: {
            /** @description The dataset they come from. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description The perimeters, oldest vintage first, in code order. */
            features: components["schemas"]["PerimeterFeature"][];
            /** @description `FeatureCollection`. */
            type: string;
        };
        /** @description A perimeter as a GeoJSON feature, WGS 84. */
        PerimeterFeature: {
            /** @description GeoJSON `MultiPolygon`, or null when not asked for. */
            geometry: Record<string, unknown>;
            /** @description Official code. */
            id: string;
            /** @description Official attributes. */
            properties: components["schemas"]["PerimeterProperties"];
            /** @description `Feature`. */
            type: string;
        };
        /** @description The official attributes of a perimeter. */
        PerimeterProperties: {
            /**
             * Format: double
             * @description Planar area in the territory's legal projection, hectares; null when the outline is published as a point or a line.
             */
            area_ha?: number | null;
            /**
             * @description Official code.
             * @example QN06103M
             */
            code_qp: string;
            /** @description INSEE codes of its communes. */
            insee_com: string[];
            /** @description Department code. */
            insee_dep: string;
            /** @description Region code, where published. */
            insee_reg?: string | null;
            /** @description Names of its communes. */
            lib_com: string[];
            /** @description Department name, where published. */
            lib_dep?: string | null;
            /** @description Name of its intercommunality, as published, or names; absent when it is not loaded. */
            lib_epci?: string | null;
            /** @description Official name. */
            lib_qp: string;
            /** @description Region name, where published. */
            lib_reg?: string | null;
            /**
             * Format: int32
             * @description *Population municipale*, inhabitants; absent when it is not loaded, or secret.
             */
            population?: number | null;
            /**
             * Format: int32
             * @description The year of the population; absent when it is not known.
             */
            population_year?: number | null;
            /** @description SIREN numbers of its intercommunalities, where published. */
            siren_epci: string[];
            /**
             * @description The territory.
             * @example metropole
             */
            territory: string;
            /**
             * @description The vintage.
             * @example 2024
             */
            vintage: string;
        };
        /** @description Where a place stands in a vintage. */
        PlaceStanding: {
            /**
             * Format: double
             * @description Metres to the nearest line, negative inside; null beyond 5 km.
             */
            distance_to_boundary_m?: number | null;
            /** @description The perimeters that hold it. */
            qpv: components["schemas"]["QpvRef"][];
            /**
             * @description `qpv`, `band_300m`, `outside` or `undetermined`.
             * @example qpv
             */
            zone: string;
        };
        /** @description A position that a person placed beside an address. */
        PlacedAnswer: components["schemas"]["ZoneAnswer"] & {
            /**
             * @description `placed_by_hand`.
             * @example placed_by_hand
             */
            kind: string;
            /**
             * Format: double
             * @description Latitude.
             */
            lat: number;
            /**
             * Format: double
             * @description Longitude, WGS 84 degrees.
             */
            lon: number;
            /** @description For end users, in French. */
            message: string;
            /**
             * Format: double
             * @description Geodesic metres from the address's own position; null when the address was not surely found, or is known to its
             *     street or commune only.
             */
            moved_m?: number | null;
        };
        /** @description Where an address truly is, as a person placed it. */
        PlacedBody: {
            /**
             * Format: double
             * @description Latitude.
             */
            lat: number;
            /**
             * Format: double
             * @description Longitude, WGS 84 degrees.
             */
            lon: number;
            /**
             * Format: double
             * @description How far the door may lie from there, metres. Default: 5.
             */
            uncertainty_m?: number | null;
        };
        /** @description A list of points. */
        PointsBody: {
            /** @description Reference system of the points when it is a projected one. */
            crs?: string | null;
            /** @description The day whose perimeters in force answer (`YYYY-MM-DD`); today by default. */
            on?: string | null;
            /** @description `[longitude, latitude]` in WGS 84 degrees, or `[x, y]` in `crs`; 100,000 at most. */
            points: number[][];
            /**
             * Format: double
             * @description The doubt on every position, metres.
             */
            uncertainty_m?: number | null;
            /** @description `2015` or `2024`; excludes `on`. */
            vintage?: string | null;
        };
        /** @description *Population municipale*, as published. */
        PopulationAnswer: {
            /**
             * Format: int64
             * @description How many.
             */
            inhabitants: number;
            /**
             * Format: int32
             * @description The year they were counted for.
             */
            year?: number | null;
        };
        /** @description Where a position stands. */
        PositionAnswer: components["schemas"]["ZoneAnswer"] | components["schemas"]["PlacedAnswer"];
        /** @description The start of a list. */
        PreviewAnswer: {
            /** @description The columns, in order. */
            columns: components["schemas"]["PreviewColumn"][];
            /** @description Of a CSV list: one character. */
            delimiter?: string | null;
            /** @description Of a CSV list: `utf-8` or `windows-1252`. */
            encoding?: string | null;
            /**
             * @description `csv`, `xlsx` or `ods`.
             * @example csv
             */
            format: string;
            /**
             * Format: int64
             * @description The row that names the columns, from 1.
             */
            header_row: number;
            /** @description The first eight rows with something in them, as texts: a field for each column, cut after 200 characters. */
            rows: string[][];
            /** @description Of a spreadsheet: the sheet that was read. */
            sheet?: string | null;
            /** @description Of a spreadsheet: the names of its sheets. */
            sheets?: string[];
        };
        /** @description A column of a list. */
        PreviewColumn: {
            /** @description As the list names it. */
            name: string;
            /**
             * @description `address`, `birth_date`, `sex`, `school` or `check_date`; null when it is not read.
             * @example address
             */
            role?: string | null;
        };
        /** @description A problem as sent (`application/problem+json`). */
        Problem: {
            /**
             * @description Stable name of the error.
             * @example outside_coverage
             */
            code: string;
            /** @description What happened this time and what to do, in English. */
            detail: string;
            /** @description The same for end users, in French. */
            message: string;
            /**
             * Format: int32
             * @description HTTP status.
             */
            status: number;
            /** @description What this code means, in English. */
            title: string;
        };
        /** @description A programme. */
        ProgrammeAnswer: {
            /** @description Kinds of conditions its rules have: `age`, `zone`, `qpv`, `layer`, `commune`, `school`, `footprint`, `declared`. */
            asks: string[];
            /** @description `axis`, or `both_sides`: both kerbs of a street that the line follows count as inside. */
            boundary_street: string;
            /** @description What can be declared in `declared`. */
            declarations: components["schemas"]["DeclarationAnswer"][];
            /**
             * Format: date
             * @description First day it applies.
             */
            from?: string | null;
            /**
             * @description What it is asked by.
             * @example pre-national
             */
            id: string;
            /** @description The town's own layers it needs, and whether each is imported. */
            layers: components["schemas"]["NeededAnswer"][];
            /** @description Its name, in French. */
            name: string;
            school_list?: components["schemas"]["NeededAnswer"] | null;
            /** @description The texts its rules come from. */
            sources: components["schemas"]["SourceAnswer"][];
            /** @description `person`, `establishment` or `building`. */
            subject: string;
            /** @description What people must judge besides, in French. */
            to_assess: string[];
            /**
             * Format: date
             * @description Last day it applies.
             */
            until?: string | null;
            /** @description `undetermined`, or `benefit_of_doubt`. */
            when_uncertain: string;
        };
        /** @description The programmes that can be asked. */
        ProgrammeList: {
            /** @description The dataset that holds the imported ones, and the layers and lists they need. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description In the order they were imported, then those shipped. */
            programmes: components["schemas"]["ProgrammeAnswer"][];
        };
        /** @description How far a list is. */
        ProgressAnswer: {
            /**
             * Format: int64
             * @description Milliseconds since it began.
             */
            elapsed_ms: number;
            /**
             * Format: double
             * @description The share that is done, from 0 to 1; null while the list is being received.
             * @example 0.42
             */
            fraction?: number | null;
            /**
             * Format: int64
             * @description Rows answered.
             */
            rows: number;
        };
        /** @description A perimeter, briefly. */
        QpvRef: {
            /**
             * @description Official code.
             * @example QN06103M
             */
            code_qp: string;
            /** @description INSEE codes of its communes; empty while a name of 2015 is matched to none. */
            insee_com: string[];
            /** @description Names of its communes. */
            lib_com: string[];
            /**
             * @description Official name.
             * @example Saint Michel
             */
            lib_qp: string;
        };
        /** @description Existing numbers of one side that follow each other and have the same zone. */
        RangeAnswer: components["schemas"]["SpanAnswer"] & {
            error?: components["schemas"]["Problem"] | null;
            /**
             * Format: double
             * @description And from the farthest one; null when that lies beyond 5 km.
             */
            greatest_distance_m?: number | null;
            /**
             * Format: double
             * @description Geodesic metres from the number nearest to a line, on whichever side; null beyond 5 km.
             */
            least_distance_m?: number | null;
            /**
             * @description For end users, in French.
             * @example pairs 2 à 48 : dans le quartier prioritaire Saint Michel (QN06103M)
             */
            message: string;
            /** @description The perimeters they are in, each of them in all; for another zone, those nearest to them. In code order. */
            perimeters: components["schemas"]["QpvRef"][];
            zone?: components["schemas"]["ZoneName"] | null;
        };
        /** @description The service can answer, and from what. */
        Ready: {
            /** @description The dataset in use. */
            dataset: components["schemas"]["DatasetRef"];
            /** @description `ready`. */
            status: string;
            /** @description The vintages loaded. */
            vintages: components["schemas"]["LoadedVintage"][];
        };
        /** @description A perimeter of the other vintage. */
        Relative: {
            /**
             * Format: double
             * @description Its whole area, hectares.
             */
            area_ha: number;
            /**
             * @description Official code.
             * @example QP061003
             */
            code_qp: string;
            /** @description Official name. */
            lib_qp: string;
            /**
             * Format: double
             * @description The area of what both have in common, hectares, planar in the legal projection.
             */
            shared_ha: number;
        };
        /** @description What a report is asked on: an address (`q`), a point that a person placed (`lon`, `lat`), or a building (`footprint`). */
        ReportBody: {
            /** @description What or whom it is about, 120 characters at most; printed and signed. */
            about?: string | null;
            /** @description Who asks, 80 characters at most; printed and signed. */
            asked_by?: string | null;
            /** @description The person's birth date (`YYYY-MM-DD`), which is not printed. */
            birth_date?: string | null;
            /** @description Only in this commune, by INSEE code. */
            citycode?: string | null;
            /** @description What is declared, by the names that the programme gives. */
            declared?: {
                [key: string]: boolean;
            };
            /** @description Instead of both: the outline of a building, a GeoJSON `Polygon` or `MultiPolygon`, alone or in a `Feature`. */
            footprint?: Record<string, unknown> | null;
            /**
             * Format: double
             * @description Latitude.
             */
            lat?: number | null;
            /**
             * Format: double
             * @description Longitude of the point placed by hand, WGS 84 degrees.
             */
            lon?: number | null;
            /** @description A day (`YYYY-MM-DD`). Default: today. */
            on?: string | null;
            placed?: components["schemas"]["PlacedBody"] | null;
            /** @description Only in this postcode. */
            postcode?: string | null;
            /** @description A programme of `/api/v1/programmes`, whose result is printed and signed. */
            programme?: string | null;
            /** @description The address, 200 characters at most. */
            q?: string | null;
            /** @description The same, by its name; `aucune` for none. */
            school?: string | null;
            /** @description The person's school, by its identifier (UAI). */
            school_id?: string | null;
            /**
             * Format: double
             * @description The doubt on that point, metres. Default for one placed beside an address: 5.
             */
            uncertainty_m?: number | null;
            /** @description Vintage, `2015` or `2024`. Default: the one in force there on the day `on`. */
            vintage?: string | null;
        };
        /** @description The key that reports are signed with. */
        ReportKeyAnswer: {
            /** @description `Ed25519`. */
            algorithm: string;
            /** @description Its first 16 digits, which name it in reports. */
            key_id: string;
            /** @description 64 hexadecimal digits. */
            public_key: string;
        };
        /** @description A position in a body. */
        ReverseBody: {
            /** @description Only in this commune, by INSEE code. */
            citycode?: string | null;
            /**
             * Format: double
             * @description Latitude.
             */
            lat: number;
            /** @description How many answers, 100 at most. Default: 1. */
            limit?: number | null;
            /**
             * Format: double
             * @description Longitude, WGS 84 degrees.
             */
            lon: number;
            /** @description A day for the zones. */
            on?: string | null;
            /** @description Only in this postcode. */
            postcode?: string | null;
            /** @description Only answers of this kind. */
            type?: string | null;
            /** @description Vintage of the zones. */
            vintage?: string | null;
            /** @description Whether each answer tells its zone. Default: false. */
            zones?: boolean;
        };
        /** @description A table of positions. Fields not named here are left alone. */
        ReverseTable: {
            /** @description The column of the INSEE code of a commune that the address must be in. */
            citycode?: string | null;
            /**
             * Format: binary
             * @description The table: delimited text whose first line names the columns.
             */
            data: string;
            /** @description One character. Default: found in the first line. */
            delimiter?: string | null;
            /** @description `utf-8` or `windows-1252`, in and out. Default: found in the first lines. */
            encoding?: string | null;
            /** @description The column of the latitude, WGS 84 degrees. Default: recognised (`lat`, `latitude`…). */
            lat?: string | null;
            /** @description The column of the longitude. Default: recognised (`lon`, `longitude`, `lng`, `long`…). */
            lon?: string | null;
            /** @description A day for the zones. */
            on?: string | null;
            /** @description The column of a postcode that the address must be in. */
            postcode?: string | null;
            /**
             * @description What is told of each address. Default: `result_latitude`, `result_longitude`, `result_distance` and those of
             *     `/search/csv` without the scores.
             */
            result_columns?: string[] | null;
            /** @description Only places of this kind. */
            type?: string | null;
            /** @description Vintage of the zones. */
            vintage?: string | null;
            /** @description `1` for a byte order mark at the beginning of an answer in UTF-8. */
            with_bom?: string | null;
            /** @description `1` for the zone of each address in columns `result_qpv_…`. */
            zones?: string | null;
        };
        /** @description A rule. */
        RuleAnswer: {
            /** @description What to say with it, in French. */
            note?: string | null;
            /**
             * Format: int32
             * @description The greatest share of people taken by it, percent.
             */
            quota_percent?: number | null;
            /** @description `eligible` or `outside_rule_possible`. */
            result: string;
            /** @description Where it is written. */
            source: components["schemas"]["SourceAnswer"];
        };
        /** @description A question in a body, so that the address stands in no URL. */
        SearchBody: {
            /** @description Whether the last word may be the beginning of one. Default: true. */
            autocomplete?: boolean | null;
            /** @description Only in this commune, by INSEE code. */
            citycode?: string | null;
            /** @description How many answers, 100 at most. Default: 5. */
            limit?: number | null;
            /** @description Longitude and latitude that near answers are preferred from. */
            near?: number[] | null;
            /** @description A day for the zones. */
            on?: string | null;
            /** @description Only in this postcode. */
            postcode?: string | null;
            /** @description The address, 200 characters at most. */
            q: string;
            /** @description Only answers of this kind. */
            type?: string | null;
            /** @description Vintage of the zones. */
            vintage?: string | null;
            /** @description Whether each answer tells its zone. Default: false. */
            zones?: boolean;
        };
        /** @description A table of addresses. Fields not named here are left alone. */
        SearchTable: {
            /** @description The column of the INSEE code of a commune that the address must be in. */
            citycode?: string | null;
            /** @description The columns that make up the address, in order. Default: all. */
            columns?: string[] | null;
            /**
             * Format: binary
             * @description The table: delimited text whose first line names the columns.
             */
            data: string;
            /** @description One character. Default: found in the first line, among `;` tab `|` `,`. */
            delimiter?: string | null;
            /** @description `utf-8` or `windows-1252`, in and out. Default: found in the first lines. */
            encoding?: string | null;
            /** @description The column of a latitude that near addresses are preferred from. */
            lat?: string | null;
            /** @description The column of its longitude. */
            lon?: string | null;
            /** @description A day (`YYYY-MM-DD`) for the zones. Default: today. */
            on?: string | null;
            /** @description The column of a postcode that the address must be in. */
            postcode?: string | null;
            /**
             * @description What is told of each address. Default: `latitude`, `longitude`, `result_label`, `result_score`,
             *     `result_score_next`, `result_type`, `result_id`, `result_housenumber`, `result_name`, `result_street`,
             *     `result_postcode`, `result_city`, `result_citycode`, `result_context`, `result_status`.
             */
            result_columns?: string[] | null;
            /** @description Only places of this kind: `housenumber`, `street`, `locality` or `municipality`. */
            type?: string | null;
            /** @description Vintage of the zones, `2015` or `2024`. Default: the one in force there on the day `on`. */
            vintage?: string | null;
            /** @description `1` for a byte order mark at the beginning of an answer in UTF-8, which spreadsheets want. */
            with_bom?: string | null;
            /**
             * @description `1` for the zone of each address in columns `result_qpv_…`: `undetermined` whenever something speaks against a
             *     flat answer, with the reason in `result_qpv_doubt`.
             */
            zones?: string | null;
        };
        /** @description A text that rules come from. */
        SourceAnswer: {
            /** @description The article, or the part of it. */
            article: string;
            /** @description What is not sure of it. */
            remark?: string | null;
            /** @description Title and date, in French. */
            text: string;
            /** @description Where it can be read. */
            url?: string | null;
        };
        /** @description Existing numbers of one side that follow each other, in order of number and of suffix: 2, 2 bis, 4. */
        SpanAnswer: {
            /** @description How many, both included. */
            count: number;
            /**
             * @description The first.
             * @example 2
             */
            from: string;
            /**
             * @description The last.
             * @example 48 bis
             */
            to: string;
        };
        /** @description A box. */
        SpatialExtent: {
            /** @description West, south, east, north. */
            bbox: number[][];
            /** @description CRS 84. */
            crs: string;
        };
        /** @description Which numbers of a street are inside, in the band, outside, by side. */
        StreetAnswer: {
            /** @description The perimeters whose line it follows, in code order. */
            along: components["schemas"]["AlongAnswer"][];
            /** @description Its commune. */
            city: string;
            /**
             * @description INSEE code of its commune, of the arrondissement in Paris, Lyon and Marseille.
             * @example 61169
             */
            citycode: string;
            /** @description Even numbers, in order. */
            even: components["schemas"]["RangeAnswer"][];
            /**
             * @description Identifier as published; may be empty.
             * @example 61169_0040
             */
            id: string;
            /** @description Its name. */
            name: string;
            /** @description How many numbers it has: each is in exactly one range. */
            numbers: number;
            /** @description Odd numbers, in order. */
            odd: components["schemas"]["RangeAnswer"][];
            /** @description Its postcodes. */
            postcodes: string[];
            /**
             * Format: double
             * @description How far the published lines may lie from the true ones, metres.
             */
            precision_m: number;
            /** @description Whether it follows the line of a perimeter for a stretch. */
            runs_along_line: boolean;
            /** @description Its addresses without a number, which no range counts. */
            unnumbered: number;
            /**
             * @description The vintage that answered.
             * @example 2024
             */
            vintage: string;
        };
        /** @description The profile of a street with its dataset. */
        StreetProfileAnswer: components["schemas"]["StreetAnswer"] & {
            /** @description The dataset it comes from. */
            dataset: components["schemas"]["DatasetRef"];
        };
        /** @description An interval. */
        TemporalExtent: {
            /** @description From when, until when; null when there is no end. */
            interval: (string | null)[][];
        };
        /** @description TileJSON 3.0.0 of one layer or several. */
        TileJson: {
            /** @description Whom the data is due to, in French. */
            attribution: string;
            /** @description West, south, east, north, WGS 84 degrees. */
            bounds: number[];
            /**
             * Format: int32
             * @description The last zoom of tiles.
             */
            maxzoom: number;
            /**
             * Format: int32
             * @description The first zoom that shows something.
             */
            minzoom: number;
            /** @description The layers' names. */
            name: string;
            /** @description How rows are counted: from the north. */
            scheme: string;
            /** @description The version of the format. */
            tilejson: string;
            /** @description The address of tiles. */
            tiles: string[];
            /** @description The layers in each tile. */
            vector_layers: components["schemas"]["VectorLayer"][];
        };
        /** @description Perimeters of which it cannot be told what became. */
        UndeterminedAnswer: {
            /** @description The perimeters compared from. */
            from: components["schemas"]["ComparedQpv"][];
            /**
             * @description `without_area`: one of them is published as a point or a line. `vintage_in_part`: the other vintage has nothing
             *     there, but is not loaded for the whole territory.
             * @example without_area
             */
            reason: string;
            /** @description The perimeters compared to. */
            to: components["schemas"]["ComparedQpv"][];
        };
        /** @description A place without a known position. */
        UnplacedPlaceAnswer: {
            /** @description Name of its commune, where published. */
            city?: string | null;
            /** @description INSEE code of its commune, where published. */
            citycode?: string | null;
            /** @description Identifier, where published. */
            id?: string | null;
            /** @description The kind it was imported as. */
            kind: string;
            /** @description Name. */
            name: string;
        };
        /** @description A layer in tiles. */
        VectorLayer: {
            /** @description Its properties: `String` or `Number`. */
            fields: {
                [key: string]: string;
            };
            /** @description Its name. */
            id: string;
            /**
             * Format: int32
             * @description The last zoom of tiles.
             */
            maxzoom: number;
            /**
             * Format: int32
             * @description The first zoom that shows something.
             */
            minzoom: number;
        };
        /** @description What the verification of a report found. */
        VerificationAnswer: {
            /** @description The name of the key the report says it is signed with. */
            key_id?: string | null;
            /** @description For end users, in French. */
            message: string;
            /**
             * @description `genuine`, `altered`, `another_key` or `not_a_report`.
             * @example genuine
             */
            outcome: string;
            /** @description Whether the dataset of a genuine report is still kept here, so that it can be made again. */
            reproducible?: boolean | null;
            /** @description What a genuine report says, to be compared with the paper; empty for all others. */
            statement: {
                [key: string]: string;
            };
        };
        /** @description The text of a QR code, to be verified. */
        VerifyBody: {
            /** @description The public key it must be signed with, 64 hexadecimal digits. Default: that of this service. */
            key?: string | null;
            /** @description The text, as scanned. */
            text: string;
        };
        /** @description Where a point stands. */
        ZoneAnswer: {
            /** @description How sure the zone is. */
            certainty: components["schemas"]["Certainty"];
            /**
             * Format: double
             * @description Geodesic metres to the line, negative inside; null beyond 5 km.
             */
            distance_to_boundary_m?: number | null;
            nearest?: components["schemas"]["NearestQpv"] | null;
            /** @description Whether the official 300 m band layer holds the point; absent when no such layer is loaded. */
            official_band_300m?: boolean | null;
            /** @description The perimeters that hold the coordinates given, whatever the doubt; in code order. */
            qpv: components["schemas"]["QpvRef"][];
            /**
             * @description The vintage that answered.
             * @example 2024
             */
            vintage: string;
            /** @description `undetermined` only when a doubt was stated and could change the answer. */
            zone: components["schemas"]["ZoneName"];
        };
        /**
         * @description The zone of a point.
         * @enum {string}
         */
        ZoneName: "qpv" | "band_300m" | "outside" | "undetermined";
        /** @description For the description only: what `POST /api/v1/zones` answers. */
        ZonesAnswer: components["schemas"]["LocatedList"] | components["schemas"]["FootprintAnswer"];
        /** @description For the description only: what `POST /api/v1/zones` takes. */
        ZonesBody: components["schemas"]["PointsBody"] | Record<string, unknown>;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    post_batch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["PeopleTable"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": number[];
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": number[];
                    "application/json": components["schemas"]["ListJson"];
                    "multipart/form-data": number[];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_progress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The field `progress` of the list's form */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgressAnswer"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_check: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckAnswer"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_commune: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 61169 */
                insee: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommuneAnswer"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_comparison: {
        parameters: {
            query?: {
                /**
                 * @description The vintage compared from, `2015` by default.
                 * @example 2015
                 */
                from?: string;
                /**
                 * @description The vintage compared to, `2024` by default.
                 * @example 2024
                 */
                to?: string;
                /**
                 * @description INSEE codes of communes, separated by commas; arrondissements of Paris, Lyon and Marseille stand for their commune.
                 * @example 61169
                 */
                insee?: string;
                /** @description SIREN number of an intercommunality. Perimeters of 2015 publish none: they count by their communes. */
                epci?: string;
                /** @description Department code (`61`, `2A`, `974`). */
                departement?: string;
                /** @description INSEE code of a region (`28`, `01`). */
                region?: string;
                /** @description Rectangle: west, south, east, north in degrees on WGS 84, separated by commas. */
                bbox?: string;
                /** @description `true` adds the outlines of what was kept, gained and lost. */
                geometry?: boolean;
                /** @description `true` adds what moved: counts of addresses, inhabitants, places. */
                moved?: boolean;
                /** @description `true` adds the list of addresses gained and lost. */
                addresses?: boolean;
                /**
                 * @description A file instead of an answer: `csv`, `xlsx`, `geojson`, `gpkg` or `pdf`; it says all, whatever else is asked for.
                 * @example gpkg
                 */
                format?: string;
                /** @description Which table as `csv`: `changes` (by default), `places` or `addresses`. */
                table?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompareAnswer"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_perimeters: {
        parameters: {
            query?: {
                /** @description `2015` or `2024`. */
                vintage?: string;
                /** @description INSEE code of a commune. */
                insee?: string;
                /** @description Department code (`61`, `2A`, `974`). */
                departement?: string;
                /** @description SIREN number of an intercommunality. */
                epci?: string;
                /** @description Text in the code, the name or a commune's name; case and accents do not matter. */
                q?: string;
                /** @description `false` leaves the outlines out. */
                geometry?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["PerimeterCollection"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_perimeter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example QN06103M */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["PerimeterAnswer"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_programmes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammeList"];
                };
            };
        };
    };
    post_report: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReportBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": number[];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportKeyAnswer"];
                };
            };
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyBody"];
                "application/pdf": number[];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerificationAnswer"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_reverse: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReverseBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressCollection"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_search: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressCollection"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_profile: {
        parameters: {
            query?: {
                /** @description Vintage, `2015` or `2024`. Default: the one in force there on the day `on`. */
                vintage?: string;
                /** @description A day (`YYYY-MM-DD`). Default: today. */
                on?: string;
            };
            header?: never;
            path: {
                /** @example 61169_0040 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreetProfileAnswer"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_zone: {
        parameters: {
            query?: {
                /** @description Longitude, WGS 84 degrees. */
                lon?: number;
                /** @description Latitude, WGS 84 degrees. */
                lat?: number;
                /** @description Reference system of `x` and `y`, e.g. `EPSG:2154`. */
                crs?: string;
                /** @description Easting, metres. */
                x?: number;
                /** @description Northing, metres. */
                y?: number;
                /** @description `2015` or `2024`; excludes `on`. */
                vintage?: string;
                /** @description The day whose perimeters in force answer (`YYYY-MM-DD`); today by default. */
                on?: string;
                /** @description The doubt on the position, metres. */
                uncertainty_m?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Located"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_zones: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ZonesBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZonesAnswer"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    get_landing: {
        parameters: {
            query?: {
                /** @description The form of the answer: there is one. */
                f?: "json";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Landing"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_collections: {
        parameters: {
            query?: {
                /** @description The form of the answer: there is one. */
                f?: "json";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionList"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_collection: {
        parameters: {
            query?: {
                /** @description The form of the answer: there is one. */
                f?: "json";
            };
            header?: never;
            path: {
                /** @example qpv-2024 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoneCollection"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_items: {
        parameters: {
            query?: {
                /**
                 * @description West, south, east, north in WGS 84 degrees; west is greater than east across the antimeridian. Of six numbers, the
                 *     third and the last are heights, which are not looked at.
                 * @example [
                 *       -0.7,
                 *       48.6,
                 *       -0.4,
                 *       48.9
                 *     ]
                 */
                bbox?: number[];
                /** @description Features of a page; a greater number is taken as the greatest. */
                limit?: number;
                /** @description Features to pass over: `next` links give it. */
                offset?: number;
                /**
                 * @description A day (`2024-06-30`), an instant (RFC 3339), or an interval (`2023-01-01/..`): only what is in force then. What has no
                 *     days of force is always listed.
                 */
                datetime?: string;
                /** @description The form of the answer: there is one. */
                f?: "json";
                /** @description `PROPERTY=value` for any property of the collection; an item of a list is enough. */
                properties?: {
                    [key: string]: string;
                };
            };
            header?: never;
            path: {
                /** @example qpv-2024 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["FeaturePage"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_item: {
        parameters: {
            query?: {
                /** @description The form of the answer: there is one. */
                f?: "json";
            };
            header?: never;
            path: {
                /** @example qpv-2024 */
                id: string;
                /** @example QN06103M */
                feature: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["LoneFeature"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_conformance: {
        parameters: {
            query?: {
                /** @description The form of the answer: there is one. */
                f?: "json";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conformance"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
        };
    };
    reverse: {
        parameters: {
            query?: {
                /** @description Longitude, WGS 84 degrees. */
                lon?: number;
                /** @description Latitude. */
                lat?: number;
                /** @description How many answers, 100 at most. Default: 1. */
                limit?: number;
                /** @description Only answers of this kind. */
                type?: string;
                /** @description Only in this postcode. */
                postcode?: string;
                /** @description Only in this commune, by INSEE code. */
                citycode?: string;
                /** @description `1` for the zone of each answer in `properties.qpv`. */
                zones?: string;
                /** @description Vintage of the zones. */
                vintage?: string;
                /** @description A day for the zones. */
                on?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressCollection"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reverse_csv: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["ReverseTable"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search: {
        parameters: {
            query?: {
                /**
                 * @description The address, 200 characters at most.
                 * @example 12 bis av du gal de gaulle belfort
                 */
                q?: string;
                /** @description How many answers, 100 at most. Default: 5. */
                limit?: number;
                /** @description Whether the last word may be the beginning of one: `1` (default) or `0`. */
                autocomplete?: string;
                /** @description Longitude that near answers are preferred from. */
                lon?: number;
                /** @description Latitude. */
                lat?: number;
                /** @description Only answers of this kind: `housenumber`, `street`, `locality` or `municipality`. */
                type?: string;
                /** @description Only in this postcode. */
                postcode?: string;
                /** @description Only in this commune, by INSEE code. */
                citycode?: string;
                /** @description `1` for the zone of each answer in `properties.qpv`. */
                zones?: string;
                /** @description Vintage of the zones, `2015` or `2024`. Default: the one in force there on the day `on`. */
                vintage?: string;
                /** @description A day (`YYYY-MM-DD`) for the zones. Default: today. */
                on?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressCollection"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_csv: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["SearchTable"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_layers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LayerList"];
                };
            };
        };
    };
    get_tilejson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example qpv-2024,clusters-2024 */
                layers: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TileJson"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_tile: {
        parameters: {
            query?: {
                /** @description The version that TileJSON gave. While it is the current one, the tile may be kept forever. */
                v?: string;
            };
            header?: never;
            path: {
                /** @example qpv-2024,clusters-2024 */
                layers: string;
                /** @description Zoom, 14 at most */
                z: number;
                /** @description Column */
                x: number;
                /**
                 * @description Row
                 * @example 176
                 */
                y: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A Mapbox Vector Tile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.mapbox-vector-tile": number[];
                };
            };
            /** @description Nothing lies there */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It has not changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}

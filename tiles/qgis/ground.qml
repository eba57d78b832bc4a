<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22" styleCategories="Symbology">
 <renderer-v2 type="categorizedSymbol" attr="part">
  <categories>
   <category render="true" symbol="0" value="kept" label="{{compare.part.kept}}"/>
   <category render="true" symbol="1" value="gained" label="{{compare.part.gained}}"/>
   <category render="true" symbol="2" value="lost" label="{{compare.part.lost}}"/>
  </categories>
  <symbols>
   <symbol name="0" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="{{inside}},150"/>
      <Option name="style" type="QString" value="solid"/>
      <Option name="outline_style" type="QString" value="no"/>
     </Option>
    </layer>
   </symbol>
   <symbol name="1" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="LinePatternFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="angle" type="QString" value="45"/>
      <Option name="distance" type="QString" value="1.8"/>
      <Option name="distance_unit" type="QString" value="MM"/>
     </Option>
     <symbol name="@0@0" type="line" alpha="1" clip_to_extent="1" force_rhr="0">
      <layer class="SimpleLine" enabled="1" locked="0" pass="0">
       <Option type="Map">
        <Option name="line_color" type="QString" value="{{gained}},255"/>
        <Option name="line_width" type="QString" value="0.3"/>
        <Option name="line_style" type="QString" value="solid"/>
       </Option>
      </layer>
     </symbol>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" type="QString" value="{{gained}},255"/>
      <Option name="line_width" type="QString" value="0.2"/>
      <Option name="line_style" type="QString" value="solid"/>
     </Option>
    </layer>
   </symbol>
   <symbol name="2" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="LinePatternFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="angle" type="QString" value="45"/>
      <Option name="distance" type="QString" value="1.8"/>
      <Option name="distance_unit" type="QString" value="MM"/>
     </Option>
     <symbol name="@0@0" type="line" alpha="1" clip_to_extent="1" force_rhr="0">
      <layer class="SimpleLine" enabled="1" locked="0" pass="0">
       <Option type="Map">
        <Option name="line_color" type="QString" value="{{lost}},255"/>
        <Option name="line_width" type="QString" value="0.3"/>
        <Option name="line_style" type="QString" value="solid"/>
       </Option>
      </layer>
     </symbol>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" type="QString" value="{{lost}},255"/>
      <Option name="line_width" type="QString" value="0.2"/>
      <Option name="line_style" type="QString" value="solid"/>
     </Option>
    </layer>
    <layer class="LinePatternFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="angle" type="QString" value="135"/>
      <Option name="distance" type="QString" value="1.8"/>
      <Option name="distance_unit" type="QString" value="MM"/>
     </Option>
     <symbol name="@0@0" type="line" alpha="1" clip_to_extent="1" force_rhr="0">
      <layer class="SimpleLine" enabled="1" locked="0" pass="0">
       <Option type="Map">
        <Option name="line_color" type="QString" value="{{lost}},255"/>
        <Option name="line_width" type="QString" value="0.3"/>
        <Option name="line_style" type="QString" value="solid"/>
       </Option>
      </layer>
     </symbol>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" type="QString" value="{{lost}},255"/>
      <Option name="line_width" type="QString" value="0.2"/>
      <Option name="line_style" type="QString" value="solid"/>
     </Option>
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
</qgis>
